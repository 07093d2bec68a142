"""The subjects of the corpus, each a module with NAME and cases()."""

from . import flags, groups, lists, values

SUBJECTS = (values, lists, groups, flags)
