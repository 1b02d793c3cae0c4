//! Where SIP messages travel: flows, Via, target selection; decisions, not sockets.
