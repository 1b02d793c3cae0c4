//! Source descriptions (SDES, RFC 3550 §6.5).

use super::take_u32;

/// Who the sources are. Every chunk was checked to be complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SourceDescription<'a> {
    count: u8,
    body: &'a [u8],
}

impl<'a> SourceDescription<'a> {
    pub(super) fn read(count: u8, body: &'a [u8]) -> Option<Self> {
        let mut rest = body;
        for _ in 0..count {
            (_, rest) = DescriptionChunk::split_off(rest)?;
        }
        Some(Self { count, body })
    }

    /// One chunk per source.
    pub fn chunks(&self) -> impl Iterator<Item = DescriptionChunk<'a>> + use<'a> {
        let mut rest = self.body;
        (0..self.count).map_while(move |_| {
            let (chunk, after) = DescriptionChunk::split_off(rest)?;
            rest = after;
            Some(chunk)
        })
    }
}

/// The items of one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescriptionChunk<'a> {
    /// The source.
    pub ssrc: u32,
    items: &'a [u8],
}

impl<'a> DescriptionChunk<'a> {
    /// The items in order.
    pub fn items(&self) -> impl Iterator<Item = DescriptionItem<'a>> + use<'a> {
        let mut rest = self.items;
        std::iter::from_fn(move || {
            let (item, after) = DescriptionItem::split_off(rest)?;
            rest = after;
            Some(item)
        })
    }

    /// The canonical name, which stays the same when the SSRC changes.
    #[must_use]
    pub fn cname(&self) -> Option<&'a [u8]> {
        self.items()
            .find(|item| item.kind == ItemKind::Cname)
            .map(|item| item.text)
    }

    fn split_off(body: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (ssrc, all_items) = take_u32(body)?;
        let mut rest = all_items;
        while let Some((_, after)) = DescriptionItem::split_off(rest) {
            rest = after;
        }
        // A null item ends the list; more nulls fill up to the next 32-bit boundary.
        if rest.first() != Some(&0) {
            return None;
        }
        let length = all_items.len() - rest.len();
        let items = all_items.get(..length)?;
        let after = all_items.get((length / 4 + 1) * 4..)?;
        Some((Self { ssrc, items }, after))
    }
}

/// One fact about a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DescriptionItem<'a> {
    /// Which fact.
    pub kind: ItemKind,
    /// UTF-8 by the RFC, but unchecked.
    pub text: &'a [u8],
}

impl<'a> DescriptionItem<'a> {
    fn split_off(items: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (&[kind, length], rest) = items.split_first_chunk()?;
        if kind == 0 {
            return None;
        }
        let (text, after) = rest.split_at_checked(usize::from(length))?;
        let kind = ItemKind::from_number(kind);
        Some((Self { kind, text }, after))
    }
}

/// The facts of RFC 3550 §6.5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// Canonical end-point name.
    Cname,
    /// The user's name.
    Name,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Where the user is.
    Location,
    /// Application or tool.
    Tool,
    /// Notice or status.
    Note,
    /// Private extension.
    Private,
    /// Any other number.
    Other(u8),
}

impl ItemKind {
    const fn from_number(number: u8) -> Self {
        match number {
            1 => Self::Cname,
            2 => Self::Name,
            3 => Self::Email,
            4 => Self::Phone,
            5 => Self::Location,
            6 => Self::Tool,
            7 => Self::Note,
            8 => Self::Private,
            other => Self::Other(other),
        }
    }
}
