//! Presets of providers: what the set-up of a line asks for, and what is good to know before.

use crate::keeper::word;
use axum::Json;
use numbering::providers::{self, Ask, Fills, Preset};
use office::TrunkAccess;
use serde::Serialize;
use std::collections::BTreeMap;
use ts_rs::TS;
use utoipa::ToSchema;

/// A preset of a provider. `POST /api/lines/from-preset` makes a line of it.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresetView {
    id: String,
    name: String,
    /// Where it is sold; everywhere if empty.
    countries: Vec<String>,
    /// The provider's own page; empty if there is none.
    website: String,
    /// `documented`, `reported` or `assumed`.
    confidence: String,
    /// Where it is from.
    source: String,
    /// Whether it registers; else the provider knows us by our address.
    registers: bool,
    /// Whether a second registration throws out the first.
    one_registration_only: bool,
    /// What is to be filled in, in its order.
    asks: Vec<PresetAsk>,
    /// What is good to know: sentences by language.
    notes: BTreeMap<String, Vec<String>>,
    /// How it stops calls abroad at a sum, or at all, where that is known.
    spend_cap: Option<SpendCapHint>,
}

/// What is known of how a provider limits what calls abroad may cost.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
pub struct SpendCapHint {
    /// `documented`, `reported` or `assumed`.
    confidence: String,
    /// The page it was read on; empty if there is none.
    link: String,
    /// Where to look and what to turn on: a sentence by language.
    #[serde(rename = "where")]
    place: BTreeMap<String, String>,
}

/// Something to be filled in.
#[derive(Clone, Debug, PartialEq, Serialize, TS, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PresetAsk {
    /// Under which name the answer is sent.
    field: String,
    /// What the provider calls it.
    name: String,
    /// What it looks like.
    example: String,
    optional: bool,
    /// Whether it is not to be shown while it is typed.
    secret: bool,
}

impl PresetView {
    fn of(preset: Preset) -> Self {
        Self {
            confidence: word(&preset.confidence),
            registers: matches!(preset.access, TrunkAccess::Register { .. }),
            countries: preset.countries.iter().map(ToString::to_string).collect(),
            asks: preset.asks.iter().map(PresetAsk::of).collect(),
            id: preset.id,
            name: preset.name,
            website: preset.website,
            source: preset.source,
            one_registration_only: preset.one_registration_only,
            notes: preset.notes,
            spend_cap: preset.spend_cap.map(|hint| SpendCapHint {
                confidence: word(&hint.confidence),
                link: hint.link,
                place: hint.place,
            }),
        }
    }
}

impl PresetAsk {
    fn of(ask: &Ask) -> Self {
        Self {
            field: field_of(&ask.fills),
            name: ask.name.clone(),
            example: ask.example.clone(),
            optional: ask.optional,
            secret: ask.fills == Fills::Password,
        }
    }
}

/// Under which name an answer is sent.
pub(crate) fn field_of(fills: &Fills) -> String {
    match fills {
        Fills::Place(place) => format!("place.{place}"),
        fills => word(fills),
    }
}

/// All presets, by name.
#[utoipa::path(get, path = "/providers", tag = "lines",
    responses((status = 200, body = [PresetView])))]
pub(crate) async fn list() -> Json<Vec<PresetView>> {
    let mut presets: Vec<_> = providers::all().into_iter().map(PresetView::of).collect();
    presets.sort_by_cached_key(|preset| preset.name.to_lowercase());
    Json(presets)
}
