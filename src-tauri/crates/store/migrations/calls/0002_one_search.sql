-- One index answers every question: the numbers and the words of the names, found by how they begin,
-- and tags for who took part (p7) and how it went. The rowid is the call; its order is that of the
-- history, for identities grow with time.

UPDATE calls SET outcome = 'nobodyAnswered' WHERE outcome = 'nobody_answered';

DROP TABLE call_words;
CREATE VIRTUAL TABLE call_words USING fts5 (
    words, tags, content = '', prefix = '2 3 4',
    tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO call_words (rowid, words, tags)
    SELECT id, from_number || ' ' || from_name || ' ' || to_number || ' ' || to_name,
           outcome || coalesce(' p' || from_person, '') || coalesce(' p' || to_person, '')
    FROM calls;

DROP INDEX calls_by_time;
