//! A flow as it is drawn and stored: nodes and edges in the form React Flow knows, everything unknown
//! kept.

use crate::Type;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

/// The newest form of a document this crate reads.
pub const SCHEMA_VERSION: u32 = 1;

/// A flow as it is drawn. Reading it says nothing of whether it makes sense: that is
/// [`check`](crate::check).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Document {
    /// Which form the document has; [`SCHEMA_VERSION`] after reading.
    pub schema_version: u32,
    /// Its name inside documents, such as `flow_main01`.
    #[serde(default)]
    pub id: String,
    /// What people call it.
    #[serde(default)]
    pub name: String,
    /// Which publication it is; 0 for never published.
    #[serde(default)]
    pub revision: u64,
    /// What holds for the whole flow.
    #[serde(default)]
    pub settings: Settings,
    /// What it remembers of a call.
    #[serde(default)]
    pub variables: Vec<Variable>,
    /// The node a caller comes to first.
    #[serde(default)]
    pub entry: String,
    /// Its nodes, notes and frames among them.
    pub nodes: Vec<Node>,
    /// Which outcome leads where.
    #[serde(default)]
    pub edges: Vec<Edge>,
    /// Everything else, kept as it came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// What holds for a whole flow.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// The language callers hear first (BCP 47); `None` for the office's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The time zone of dates that are spoken (IANA); `None` for the office's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// Most nodes a caller passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_steps: Option<u32>,
    /// The node to go to when another fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_error: Option<String>,
    /// The node that sees to what is left when the caller has hung up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_caller_hangup: Option<String>,
    /// Where a call goes when everything else has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_resort: Option<crate::target::TargetDocument>,
    /// Numbers whose calls get the draft.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub test_callers: Vec<String>,
    /// Everything else, kept as it came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Something a flow remembers of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variable {
    /// What expressions call it.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub holds: Type,
    /// What it holds at first; nothing where this is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Json>,
    /// Whether it is masked wherever the call is told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// Everything else, kept as it came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Node {
    /// Its name inside the document, such as `n_menu1`.
    pub id: String,
    /// What it is; equals the `kind` of its data.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Where it is drawn.
    #[serde(default)]
    pub position: Position,
    /// Its parameters, with `kind`, `title`, `disabled` and `comment` among them.
    #[serde(default)]
    pub data: Map<String, Json>,
    /// Everything else, kept as it came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Where a node is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// To the right.
    #[serde(default)]
    pub x: f64,
    /// Down.
    #[serde(default)]
    pub y: f64,
}

/// An outcome of a node and where it leads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Its name inside the document.
    #[serde(default)]
    pub id: String,
    /// The node it leaves.
    pub source: String,
    /// Which outcome of that node.
    #[serde(default)]
    pub source_handle: Option<String>,
    /// The node it leads to.
    pub target: String,
    /// Everything else, kept as it came.
    #[serde(flatten)]
    pub rest: Map<String, Json>,
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDocument {
    /// It has not the form of a flow.
    #[error("this is no flow: {why} (at {at})")]
    Form {
        /// Where in the document, such as `nodes[3].id`.
        at: String,
        /// What is wrong there.
        why: String,
    },
    /// It was made by a newer Cordboard.
    #[error(
        "this flow was made by a newer version of Cordboard (its form is {version}; this version reads up to {SCHEMA_VERSION}); update Cordboard to open it"
    )]
    Newer {
        /// The form it has.
        version: u64,
    },
    /// It says nothing of its form, or something impossible.
    #[error("this is no flow: it has no schemaVersion")]
    NoVersion,
}

impl Document {
    /// Reads a document of any form this crate knows, older ones brought forward.
    ///
    /// # Errors
    /// It is no flow, or made by a newer Cordboard.
    pub fn read(json: Json) -> Result<Self, BadDocument> {
        let json = crate::migrate::forward(json)?;
        serde_path_to_error::deserialize(json).map_err(|error| BadDocument::Form {
            at: error.path().to_string(),
            why: error.inner().to_string().chars().take(200).collect(),
        })
    }

    /// A flow with nothing in it.
    #[must_use]
    pub fn empty(name: &str) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            id: String::new(),
            name: name.to_owned(),
            revision: 0,
            settings: Settings::default(),
            variables: Vec::new(),
            entry: String::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
            rest: Map::new(),
        }
    }

    /// The document as JSON.
    #[must_use]
    pub fn to_json(&self) -> Json {
        serde_json::to_value(self).unwrap_or(Json::Null)
    }

    /// The node of that name; the first, should there be several.
    #[must_use]
    pub fn node(&self, id: &str) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == id)
    }
}

impl Node {
    /// What it is: what its data says, or else its type.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self.data.get("kind") {
            Some(Json::String(kind)) => kind,
            _ => &self.kind,
        }
    }

    /// What it is called on the canvas; empty where nobody has named it.
    #[must_use]
    pub fn title(&self) -> &str {
        self.data.get("title").and_then(Json::as_str).unwrap_or("")
    }

    /// Whether callers pass it by.
    #[must_use]
    pub fn disabled(&self) -> bool {
        self.data.get("disabled").and_then(Json::as_bool) == Some(true)
    }

    /// Whether it is only drawn: a note or a frame.
    #[must_use]
    pub fn is_drawn_only(&self) -> bool {
        matches!(self.kind(), "note" | "frame")
    }
}

impl Edge {
    /// Which outcome it leaves by; `default` where the drawing says nothing.
    #[must_use]
    pub fn outcome(&self) -> &str {
        self.source_handle.as_deref().unwrap_or("default")
    }
}
