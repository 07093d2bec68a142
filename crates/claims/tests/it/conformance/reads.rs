//! What is read of a case's claims, claim by claim and as a field of a struct.

use std::cell::Cell;
use std::marker::PhantomData;

use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::{Claims, Features, ReadError, Refusal};
use serde::de::{DeserializeOwned, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};
use serde_json::Value;

use super::methods::{self, bits, catalogue};
use super::types::{Shown, WithType, with_type};
use super::{Case, Told, code, told};

/// Claims that can be asked: verified ones, or those of a token that nobody has verified.
pub trait Asked {
    fn whole<T: DeserializeOwned>(&self) -> Result<T, ReadError>;
    /// The same by itself, where there is a way.
    fn alone<T: DeserializeOwned>(&self, claim: &str) -> Option<Result<T, ReadError>>;
    fn method(&self, read: &Value) -> methods::Answer;
}

impl Asked for Claims<'_> {
    fn whole<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        self.read()
    }

    fn alone<T: DeserializeOwned>(&self, claim: &str) -> Option<Result<T, ReadError>> {
        Some(self.claim(claim))
    }

    fn method(&self, read: &Value) -> methods::Answer {
        methods::answer(self, read)
    }
}

pub struct Unverified<'c>(pub &'c UnverifiedClaims);

impl Asked for Unverified<'_> {
    fn whole<T: DeserializeOwned>(&self) -> Result<T, ReadError> {
        self.0.read_unverified()
    }

    fn alone<T: DeserializeOwned>(&self, _: &str) -> Option<Result<T, ReadError>> {
        None
    }

    fn method(&self, read: &Value) -> methods::Answer {
        panic!("nothing that has not been verified is asked for {read}")
    }
}

impl Case<'_> {
    pub fn reads(&self, claims: &impl Asked) -> Told {
        let reads = self.case.get("reads").and_then(Value::as_array);
        reads
            .into_iter()
            .flatten()
            .try_for_each(|read| self.read(claims, read).map_err(|told| format!("{read}: {told}")))
    }

    fn read(&self, claims: &impl Asked, read: &Value) -> Told {
        if read.get("method").is_some() {
            return self.compare(read, claims.method(read));
        }
        let claim = read["claim"].as_str().unwrap();
        with_type(read["as"].as_str().unwrap(), Ask { case: self, claims, claim, read })
    }

    pub fn compare(&self, read: &Value, answer: methods::Answer) -> Told {
        let error = match answer {
            Ok(value) => {
                let expected = read.get("value").ok_or_else(|| format!("read as {value}"))?;
                return told("the value", expected, &value);
            }
            Err(error) => error,
        };
        told("the error", &read["error"], &error.code.into())?;
        self.keeps_secrets(&error.text)?;
        let Some(error) = error.read else { return Ok(()) };
        told("the error's claim", &read["about"], &error.claim().into())?;
        self.refused(read.get("refusal"), &Refusal::from(error))
    }
}

/// One claim, read as one type.
struct Ask<'a, C> {
    case: &'a Case<'a>,
    claims: &'a C,
    claim: &'a str,
    read: &'a Value,
}

impl<C: Asked> WithType for Ask<'_, C> {
    type Answer = Told;

    fn with<T: DeserializeOwned + Shown>(self) -> Told {
        let Self { case, claims, claim, read } = self;
        let in_struct: Result<T, ReadError> = One::read(claims, claim);
        let both = claims.alone(claim).into_iter().chain([in_struct]);
        both.map(|answer| self.answer(answer)).try_for_each(|answer| case.compare(read, answer))
    }
}

impl<C: Asked> Ask<'_, C> {
    fn answer<T: Shown>(&self, answer: Result<T, ReadError>) -> methods::Answer {
        let value = answer.map_err(methods::of_read)?;
        let Some(names) = self.read.get("catalogue") else {
            return Ok(value.shown(&self.read["value"]));
        };
        // Only a set of features has a catalogue; its type is lost here.
        let features: Features =
            self.claims.alone(self.claim).unwrap().map_err(methods::of_read)?;
        let features = features.with(&catalogue(names)?).map_err(bits)?;
        Ok(features.shown(&self.read["value"]))
    }
}

/// A struct with one field, whose name is known only when it is read.
struct One<T>(T);

thread_local! {
    static FIELD: Cell<&'static str> = const { Cell::new("") };
}

impl<T: DeserializeOwned> One<T> {
    fn read(claims: &impl Asked, claim: &str) -> Result<T, ReadError> {
        FIELD.set(Box::leak(claim.into()));
        claims.whole::<Self>().map(|one| one.0)
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for One<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct("One", &[], OneVisitor(PhantomData)).map(One)
    }
}

struct OneVisitor<T>(PhantomData<T>);

impl<'de, T: DeserializeOwned> Visitor<'de> for OneVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a struct")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<T, A::Error> {
        let mut read = None;
        while let Some(name) = members.next_key::<String>()? {
            if name == FIELD.get() {
                read = Some(members.next_value()?);
            } else {
                let _: IgnoredAny = members.next_value()?;
            }
        }
        read.map_or_else(|| T::deserialize(Absent(PhantomData)), Ok)
    }
}

/// A field that isn't there, as serde's own derive reads it.
struct Absent<E>(PhantomData<E>);

impl<'de, E: Error> Deserializer<'de> for Absent<E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(E::missing_field(FIELD.get()))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl From<&ReadError> for methods::Failed {
    fn from(error: &ReadError) -> Self {
        Self {
            code: code(error.kind()),
            text: format!("{error} {error:?}"),
            read: Some(error.clone()),
        }
    }
}
