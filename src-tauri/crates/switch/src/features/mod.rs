//! What can go on in a call, one file per feature. Each has the same four doors: `begin`, what it
//! does on the events of its legs, on its deadline, and how it ends.

pub(crate) mod ask_in;
pub(crate) mod attend;
pub(crate) mod call_out;
pub(crate) mod call_peer;
pub(crate) mod click_to_call;
pub(crate) mod cut_off;
pub(crate) mod echo;
pub(crate) mod emergency;
pub(crate) mod flow;
pub(crate) mod from_outside;
pub(crate) mod hold;
pub(crate) mod join;
pub(crate) mod listen_in;
pub(crate) mod moved;
pub(crate) mod park;
pub(crate) mod part;
pub(crate) mod recording;
pub(crate) mod replace;
pub(crate) mod ring;
pub(crate) mod round_trip;
pub(crate) mod still_there;
pub(crate) mod take_over;
pub(crate) mod talk;
pub(crate) mod transfer;
