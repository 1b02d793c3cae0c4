//! The call flows of the office, ready to run: made away from the switch's thread and handed in whole.
//! A call keeps those it began with.

use callflow::{Document, Flows, Program, Speech};
use office::{FlowId, Office, SoundName};
use std::{collections::BTreeMap, sync::Arc};

/// All that calls need to walk through the flows of the office.
#[derive(Clone, Debug, Default)]
pub struct CallFlows {
    /// The flows, compiled ([`Flows::of`]).
    pub flows: Arc<Flows>,
    /// The files of uploaded and recorded sounds, by the id that documents know them by.
    pub sounds: BTreeMap<i64, SoundName>,
    /// The files of texts that a voice has rendered. Others are asked for when they are needed
    /// ([`Question::Speak`](crate::Question::Speak)).
    pub speeches: BTreeMap<Speech, SoundName>,
}

impl CallFlows {
    /// What a caller of that number gets of a flow. One that was never published fails at its
    /// beginning, which leads to the last resort and drops nobody.
    pub(crate) fn program(
        &self,
        flow: FlowId,
        caller: Option<&str>,
        office: &Office,
    ) -> Arc<Program> {
        let found = self.flows.for_caller(flow, caller, office);
        found
            .cloned()
            .unwrap_or_else(|| Arc::new(Program::compile(&Document::empty(""))))
    }
}
