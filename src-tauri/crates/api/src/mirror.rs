//! Values of the office that the API spells as the office does: the same fields and words, with
//! their descriptions for programs and the window.

/// A struct or an enum of words with the fields or words of one of the office, each made from the
/// other. What one has and the other has not does not compile.
macro_rules! mirror {
    ($(#[$doc:meta])* struct $name:ident = $office:ty {
        $($(#[$attribute:meta])* $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(
            Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS,
            utoipa::ToSchema,
        )]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $name {
            $($(#[$attribute])* pub(crate) $field: $type),+
        }

        impl From<$office> for $name {
            fn from(of: $office) -> Self {
                Self { $($field: of.$field.into()),+ }
            }
        }

        impl From<$name> for $office {
            fn from(of: $name) -> Self {
                Self { $($field: of.$field.into()),+ }
            }
        }
    };
    ($(#[$doc:meta])* enum $name:ident = $office:ty {
        $($(#[$attribute:meta])* $word:ident),+ $(,)?
    }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize, ts_rs::TS,
            utoipa::ToSchema,
        )]
        #[serde(rename_all = "camelCase")]
        pub enum $name {
            $($(#[$attribute])* $word),+
        }

        impl From<$office> for $name {
            fn from(of: $office) -> Self {
                match of {
                    $(<$office>::$word => Self::$word),+
                }
            }
        }

        impl From<$name> for $office {
            fn from(of: $name) -> Self {
                match of {
                    $($name::$word => <$office>::$word),+
                }
            }
        }
    };
}

pub(crate) use mirror;
