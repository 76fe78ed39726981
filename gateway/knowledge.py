"""placeholder"""
def open_knowledge(settings): raise NotImplementedError
