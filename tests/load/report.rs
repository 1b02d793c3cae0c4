//! The table that a load run ends with.

use std::fmt;

/// One line: what was measured, on each server, and what the budget allows Cordboard.
pub struct Row {
    pub item: String,
    pub unit: &'static str,
    pub cordboard: Option<f64>,
    pub theirs: Option<f64>,
    pub budget: Option<f64>,
}

/// All lines, and whose figures stand next to Cordboard's.
pub struct Report {
    yardstick: &'static str,
    rows: Vec<Row>,
}

impl Report {
    pub fn against(yardstick: &'static str) -> Report {
        let rows = Vec::new();
        Report { yardstick, rows }
    }

    pub fn note(
        &mut self,
        item: &str,
        unit: &'static str,
        [cordboard, theirs]: [Option<f64>; 2],
        budget: Option<f64>,
    ) {
        self.rows.push(Row {
            item: item.to_owned(),
            unit,
            cordboard,
            theirs,
            budget,
        });
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let line = |f: &mut fmt::Formatter<'_>, cells: [&str; 6]| {
            let [item, ours, theirs, ratio, budget, holds] = cells;
            writeln!(
                f,
                "| {item:<47} | {ours:>12} | {theirs:>12} | {ratio:>6} | {budget:>12} | {holds:<6} |"
            )
        };
        line(
            f,
            [
                "item",
                "Cordboard",
                self.yardstick,
                "ratio",
                "budget",
                "holds?",
            ],
        )?;
        line(f, ["---", "---", "---", "---", "---", "---"])?;
        for row in &self.rows {
            let cell = |value: Option<f64>| match value {
                Some(value) => format!("{} {}", number(value), row.unit),
                None => "-".to_owned(),
            };
            let ratio = row
                .cordboard
                .zip(row.theirs)
                .filter(|(_, theirs)| *theirs > 0.0);
            let ratio = ratio.map_or("-".to_owned(), |(ours, theirs)| {
                format!("{:.2}", ours / theirs)
            });
            let budget = row
                .budget
                .map_or("-".to_owned(), |b| format!("≤ {} {}", number(b), row.unit));
            let holds = match row.cordboard.zip(row.budget) {
                Some((ours, budget)) if ours <= budget => "yes",
                Some(_) => "NO",
                None => "-",
            };
            let (ours, theirs) = (cell(row.cordboard), cell(row.theirs));
            line(f, [&row.item, &ours, &theirs, &ratio, &budget, holds])?;
        }
        Ok(())
    }
}

/// Three digits that say something.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 10.0 => format!("{value:.1}"),
        v if v >= 1.0 => format!("{value:.2}"),
        _ => format!("{value:.3}"),
    }
}
