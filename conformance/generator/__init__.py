"""The subjects of the corpus, each a module with NAME and cases()."""

from . import (
    companies,
    detection,
    fixtures,
    flags,
    groups,
    guards,
    list_texts,
    lists,
    nobody,
    secrets,
    sign_in,
    step_up,
    times,
    unverified,
    values,
)

SUBJECTS = (
    values,
    lists,
    list_texts,
    groups,
    flags,
    companies,
    times,
    sign_in,
    guards,
    step_up,
    detection,
    nobody,
    unverified,
    fixtures,
    secrets,
)
