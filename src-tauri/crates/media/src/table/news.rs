//! What is told of one phone: that it is heard, silent, refused strangers, and how it sounds.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Stream, StreamStatistics};
use crate::event::MediaEvent;
use crate::graph::Graph;
use crate::limits::{MAX_EVENTS_WAITING, QUALITY_EVERY};

impl Stream {
    /// Tells what packets of this phone brought about.
    pub(super) fn tell_news(&mut self, events: &mut VecDeque<MediaEvent>) {
        let (stream, party) = (self.id, &mut self.party);
        let source = party.rtp_source();
        if let Some(learned) = source
            && party.told.source != source
            && tell(
                events,
                MediaEvent::SourceLearned {
                    stream,
                    source: learned,
                },
            )
        {
            party.told.source = source;
        }
        if party.packets() > 0 && !party.told.first_packet {
            party.told.first_packet = tell(events, MediaEvent::FirstPacket { stream });
        }
        if party.is_heard_again() && tell(events, MediaEvent::Resumed { stream }) {
            party.told.silent = None;
        }
    }

    /// How it is heard, and what it reports of what it hears: of the other party, or of the graph.
    pub(super) fn statistics(&self, graph: &Graph) -> StreamStatistics {
        let relayed = self.party.statistics();
        let Some(spoken) = graph.figures(self.id) else {
            return relayed;
        };
        StreamStatistics {
            round_trip: spoken.round_trip.or(relayed.round_trip),
            loss_it_reports: spoken.loss_it_reports.or(relayed.loss_it_reports),
            ..relayed
        }
    }

    /// Tells what the passing of time brought about.
    pub(super) fn look(&mut self, now: Instant, graph: &Graph, events: &mut VecDeque<MediaEvent>) {
        let quality_due = now >= self.next_quality;
        if quality_due {
            self.next_quality = now + QUALITY_EVERY;
        }
        let (stream, party) = (self.id, &mut self.party);
        if party.told.silent.is_none()
            && let Some(lasted) = party.silent_too_long(now)
            && tell(events, MediaEvent::Silent { stream, lasted })
        {
            party.told.silent = Some(now);
        }
        let count = party.strangers.refused - party.strangers.told;
        if count > 0
            && let Some(from) = party.strangers.latest
            && tell(
                events,
                MediaEvent::StrangerRefused {
                    stream,
                    count,
                    from,
                },
            )
        {
            party.strangers.told = party.strangers.refused;
        }
        if quality_due && self.party.packets() > self.party.told.heard.packets {
            self.tell_quality(graph, events);
        }
    }

    fn tell_quality(&mut self, graph: &Graph, events: &mut VecDeque<MediaEvent>) {
        let statistics = self.statistics(graph);
        let decoded = graph.figures(self.id).map(|figures| figures.receiver);
        let Some(lately) = self.party.sounded_lately(&statistics, decoded) else {
            return;
        };
        let event = MediaEvent::Quality {
            stream: self.id,
            statistics,
            lately,
        };
        if tell(events, event) {
            self.party.told.heard = statistics;
            self.party.told.decoded = decoded.unwrap_or_default();
        }
    }
}

/// Queues an event if there is room, and says whether there was.
fn tell(events: &mut VecDeque<MediaEvent>, event: MediaEvent) -> bool {
    let room = events.len() < MAX_EVENTS_WAITING;
    if room {
        events.push_back(event);
    }
    room
}
