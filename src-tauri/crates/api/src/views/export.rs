//! The history as a table for spreadsheets (CSV, RFC 4180).

/// The line's end (RFC 4180 §2.1).
const END: &str = "\r\n";

/// So that spreadsheets read the letters right.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// One line of the table.
pub(crate) fn line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = String::new();
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            line.push(',');
        }
        push_cell(&mut line, cell);
    }
    line + END
}

/// Names come from callers, and spreadsheets compute what looks like a formula: such cells get an
/// apostrophe in front, which makes them text.
fn push_cell(line: &mut String, cell: &str) {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let needs_quotes = is_formula || cell.contains(['"', ',', '\r', '\n']);
    if !needs_quotes {
        line.push_str(cell);
        return;
    }
    line.push('"');
    if is_formula {
        line.push('\'');
    }
    line.push_str(&cell.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_keep_to_themselves_and_compute_nothing() {
        for (cell, written) in [
            ("Anna", "Anna"),
            ("", ""),
            ("Doe, Jane", "\"Doe, Jane\""),
            ("the \"boss\"", "\"the \"\"boss\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("=HYPERLINK(\"http://evil.example\")", "\"'=HYPERLINK(\"\"http://evil.example\"\")\""),
            ("+49301234", "\"'+49301234\""),
            ("-1", "\"'-1\""),
            ("@SUM(A1)", "\"'@SUM(A1)\""),
            ("\t=1", "\"'\t=1\""),
            ("\r=1", "\"'\r=1\""),
            ("a=1", "a=1"),
        ] {
            assert_eq!(line([cell, "x"]), format!("{written},x\r\n"));
        }
    }
}
