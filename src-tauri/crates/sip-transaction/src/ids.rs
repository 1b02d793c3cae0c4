//! Names of transactions that are never confused with an older one's.

macro_rules! ids {
    ($($(#[$doc:meta])* $type:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub(crate) Key);
    )*};
}

ids! {
    /// A client transaction.
    ClientId;
    /// A server transaction.
    ServerId;
    /// A question to the DNS.
    ResolveId;
}

/// A place in a [`crate::table::Table`] and the occupant's generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

impl Key {
    /// Before every key.
    pub(crate) const MIN: Key = Key {
        index: 0,
        generation: 0,
    };
}
