"""The subjects of the corpus, each a module with NAME and cases()."""

from . import companies, flags, groups, guards, lists, sign_in, times, values

SUBJECTS = (values, lists, groups, flags, companies, times, sign_in, guards)
