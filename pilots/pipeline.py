"""How a question becomes an answer: one literal list of steps. (Interface; the steps follow.)"""
