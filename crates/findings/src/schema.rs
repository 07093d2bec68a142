//! The JSON Schema of a file sees through the types that keep places.

use std::borrow::Cow;
use std::collections::BTreeMap;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};

use crate::section::Section;
use crate::value::{At, List, Literal, Named, OneOrMany, TextOr};

#[doc(hidden)]
pub use schemars::{self, JsonSchema};

/// The JSON Schema of a file whose keys are `K`.
pub fn of<K: JsonSchema>() -> Literal {
    let settings = SchemaSettings::draft2020_12().with_transform(without_null);
    settings.into_generator().into_root_schema_for::<K>().to_value()
}

/// TOML has no null: a key is there, or it isn't. So `null` leaves the schema.
fn without_null(schema: &mut Schema) {
    if let Some(types) = schema.get_mut("type")
        && let Some(list) = types.as_array_mut()
    {
        list.retain(|word| word != "null");
        if let [only] = list.as_slice() {
            *types = only.clone();
        }
    }
    let is_null =
        |choice: &serde_json::Value| choice.get("type").is_some_and(|word| word == "null");
    if let Some(choices) = schema.get_mut("anyOf").and_then(serde_json::Value::as_array_mut) {
        choices.retain(|choice| !is_null(choice));
        if let [only] = choices.as_slice()
            && let Some(only) = only.as_object().cloned()
        {
            schema.remove("anyOf");
            for (key, value) in only {
                schema.insert(key, value);
            }
        }
    }
    schemars::transform::transform_subschemas(&mut without_null, schema);
}

/// A type whose schema is that of another one.
macro_rules! same_schema {
    ($($outer:ident<$inner:ident> is $same:ty;)*) => {$(
        impl<$inner: JsonSchema> JsonSchema for $outer<$inner> {
            fn schema_name() -> Cow<'static, str> {
                <$same>::schema_name()
            }
            fn inline_schema() -> bool {
                <$same>::inline_schema()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                <$same>::json_schema(generator)
            }
        }
    )*};
}

same_schema! {
    At<T> is T;
    List<T> is Vec<T>;
    Named<T> is BTreeMap<String, T>;
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

impl<T: JsonSchema> JsonSchema for TextOr<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("TextOr_{}", T::schema_name()).into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let other = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [{ "type": "string" }, other] })
    }
}

impl<T: JsonSchema> JsonSchema for Section<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("{}Section", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}
