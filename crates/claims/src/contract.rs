//! The claims that the trigger writes, each by its name in the contract.
//!
//! A claim of another name is read by that name, as the same type: [`Claims::claim`], or a field of
//! [`Claims::read`].

use crate::bits::{BitsError, Catalogue};
use crate::claims::Claims;
use crate::error::ReadError;
use crate::features::{Feature, Features};
use crate::listed::{Listed, is_cut};
use crate::org::{OrgId, Tier};
use crate::organisations::Organisations;
use crate::words::Words;
use crate::{encoding, names};

impl Claims<'_> {
    /// The organisation that the token acts in: the claim `org_id`.
    ///
    /// # Errors
    /// As [`Claims::read`]; an empty id is an error.
    pub fn org_id(&self) -> Result<OrgId, ReadError> {
        self.claim(names::ORG_ID)
    }

    /// What the organisation has paid for: the claim `org_tier`.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn tier(&self) -> Result<Tier, ReadError> {
        self.claim(names::ORG_TIER)
    }

    /// The claim `feature_flags` in one of the forms `comma`, `space` and `list`. If it is missing,
    /// every feature is unknown.
    ///
    /// # Errors
    /// As [`Claims::read`], for a claim that is no set of flags.
    pub fn features(&self) -> Result<Features, ReadError> {
        self.claim(names::FEATURE_FLAGS)
    }

    /// The roles: the claim `roles` in one of the forms `comma`, `space` and `list`. If it is
    /// missing, every role is unknown.
    ///
    /// # Errors
    /// As [`Claims::read`], for a claim that is no list of plain words.
    pub fn roles(&self) -> Result<Words, ReadError> {
        self.claim(names::ROLES)
    }

    /// Whether the token lists a role. Unknown if the claim is missing, cut or can't be read.
    pub fn role(&self, name: &str) -> Listed {
        self.roles().map_or(Listed::Unknown, |roles| roles.contains(name))
    }

    /// The permissions: the claim `permissions` in one of the forms `comma`, `space` and `list`. If
    /// it is missing, every permission is unknown.
    ///
    /// # Errors
    /// As [`Claims::read`], for a claim that is no list of plain words.
    pub fn permissions(&self) -> Result<Words, ReadError> {
        self.claim(names::PERMISSIONS)
    }

    /// Whether the token lists a permission. Unknown if the claim is missing, cut or can't be read.
    pub fn permission(&self, name: &str) -> Listed {
        self.permissions().map_or(Listed::Unknown, |permissions| permissions.contains(name))
    }

    /// All organisations of the person: the claim `organisations`. If it is missing, every
    /// organisation is unknown.
    ///
    /// They are for showing. The one that the token acts in is [`Claims::org_id`].
    ///
    /// # Errors
    /// As [`Claims::read`], for a claim that is no list of organisations.
    pub fn organisations(&self) -> Result<Organisations, ReadError> {
        self.claim(names::ORGANISATIONS)
    }

    /// The claim `feature_flags` in the form `bits`, decoded with the writer's catalogue. If it is
    /// missing, every feature is unknown.
    ///
    /// # Errors
    /// [`BitsError`]: the claim is in another form, or another catalogue wrote it.
    pub fn features_in(&self, catalogue: &Catalogue) -> Result<Features, BitsError> {
        match self.claim::<Option<&str>>(names::FEATURE_FLAGS) {
            Ok(Some(text)) => Features::from_bits(text, catalogue)
                .map(|features| features.in_claim(!self.is_cut(names::FEATURE_FLAGS))),
            Ok(None) => Ok(Features::unknown()),
            Err(_) => Err(BitsError::Form),
        }
    }

    /// Whether one feature is on. Unknown if the claim is missing or can't be read, and for the
    /// form `bits`, which needs [`Claims::features_in`].
    pub fn feature(&self, name: &str) -> Feature {
        self.features().map_or(Feature::Unknown, |features| features.feature(name))
    }

    /// Whether the trigger left the claim out because of a fault or the budget: its name is in
    /// `claims_omitted`. A claim that is missing for another reason was never meant to be there.
    pub fn omitted(&self, name: &str) -> bool {
        self.claim::<Option<&str>>(names::CLAIMS_OMITTED)
            .is_ok_and(|text| text.is_some_and(|text| encoding::split(text, ',').contains(name)))
    }

    /// Whether the token has only the beginning of a list claim: its name is in `claims_cut`, or
    /// that marker can't be read. What such a list doesn't hold is unknown.
    pub fn is_cut(&self, name: &str) -> bool {
        is_cut(name, self.cut_marker())
    }
}
