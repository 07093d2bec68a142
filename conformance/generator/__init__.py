"""The subjects of the corpus, each a module with NAME and cases()."""

from . import companies, detection, fixtures, flags, groups, guards, lists, secrets, sign_in, times, unverified, values

SUBJECTS = (values, lists, groups, flags, companies, times, sign_in, guards, detection, unverified, fixtures, secrets)
