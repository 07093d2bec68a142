"""The subjects of the corpus, each a module with NAME and cases()."""

from . import values

SUBJECTS = (values,)
