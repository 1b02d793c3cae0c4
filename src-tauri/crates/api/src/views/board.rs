//! The board: who is reachable, who talks with whom.

use crate::server::Api;
use axum::{Json, extract::State};
use office::PersonId;
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use switch::{Board, Doing};

/// The board, and what each person is doing.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BoardView {
    #[serde(flatten)]
    board: Board,
    people: BTreeMap<PersonId, Doing>,
}

/// `GET /api/board`
pub(crate) async fn show(State(api): State<Arc<Api>>) -> Json<BoardView> {
    let (office, board) = (api.desk.office(), api.desk.board());
    let people = office.persons().map(|person| person.id);
    Json(BoardView {
        people: people.map(|person| (person, board.doing(person))).collect(),
        board,
    })
}
