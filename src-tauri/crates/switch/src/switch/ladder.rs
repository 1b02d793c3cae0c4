//! The ladder: each message of a call, with its secrets masked, for whoever looks into it later.

use super::Switch;
use crate::{
    io::{Output, TracedMessage},
    leg::LegId,
    limits::MAX_OUTPUTS,
    trace,
};
use bytes::Bytes;
use sip_message::Message;

impl Switch {
    /// Shows the ladder of a call its first message, which came before the call was.
    pub(crate) fn trace_arrival(&mut self, leg: LegId, flow: sip_transport::Flow, bytes: &Bytes) {
        self.trace_at(leg, true, flow, bytes);
    }

    pub(super) fn trace(&mut self, incoming: bool, flow: sip_transport::Flow, bytes: &Bytes) {
        let Ok(message) = Message::parse(bytes.clone()) else {
            return;
        };
        let Some(leg) = self.leg_of_message(&message) else {
            return;
        };
        self.trace_at(leg, incoming, flow, bytes);
    }

    pub(super) fn trace_for(&mut self, leg: LegId, incoming: bool, bytes: &Bytes) {
        if let Some(flow) = self.legs.get(&leg).map(|l| l.place.flow) {
            self.trace_at(leg, incoming, flow, bytes);
        }
    }

    pub(super) fn trace_at(
        &mut self,
        leg: LegId,
        incoming: bool,
        flow: sip_transport::Flow,
        bytes: &Bytes,
    ) {
        let Some(call) = self.legs.get(&leg).map(|l| l.call) else {
            return;
        };
        let unix_ms = self.unix_ms();
        let bytes = trace::masked(bytes);
        let message = TracedMessage {
            call,
            leg: leg.0,
            unix_ms,
            incoming,
            flow,
            bytes,
        };
        if self.outputs.len() < MAX_OUTPUTS {
            self.outputs.push_back(Output::Trace(message));
        }
    }

    pub(super) fn leg_of_message(&self, message: &Message) -> Option<LegId> {
        let headers = message.headers();
        let call_id = headers.get::<sip_message::header::CallId>().ok()?.0;
        let tags = [
            headers.get::<sip_message::header::From>().ok()?.tag(),
            headers.get::<sip_message::header::To>().ok()?.tag(),
        ];
        tags.into_iter()
            .flatten()
            .find_map(|tag| self.leg_of_dialog(&call_id, &tag))
    }
}
