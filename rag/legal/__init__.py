"""Legal and strategic texts: articles, clauses and measures, and the look-ups that name them."""

from rag.legal.articles import ArticleText, article_passages, preamble, split_articles, strip_footnotes
from rag.legal.directory import ArticleLookup, LawDirectory
from rag.legal.numbered import numbered_passages, split_numbered
from rag.legal.one_line import article_of_line
from rag.legal.references import ArticleReference, parse_references

__all__ = [
    "ArticleLookup",
    "ArticleReference",
    "ArticleText",
    "LawDirectory",
    "article_of_line",
    "article_passages",
    "numbered_passages",
    "parse_references",
    "preamble",
    "split_articles",
    "split_numbered",
    "strip_footnotes",
]
