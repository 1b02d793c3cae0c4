-- An extension may go by a schedule: while it is closed, whoever dials it is led elsewhere. The route is
-- JSON, as a phone number keeps its own.
ALTER TABLE extensions ADD COLUMN hours INTEGER REFERENCES schedules DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE extensions ADD COLUMN when_closed TEXT CHECK ((hours IS NULL) = (when_closed IS NULL));

-- They come back with what they belong to.
ALTER TABLE removed_numbers ADD COLUMN hours INTEGER;
ALTER TABLE removed_numbers ADD COLUMN when_closed TEXT;

-- Hours of persons that lead back to themselves held nobody off so far, and are none.
WITH RECURSIVE closed (person, instead) AS (
    SELECT persons.id, coalesce(extensions.dest_person, persons.when_closed ->> 'dest_id')
    FROM persons LEFT JOIN extensions
        ON persons.when_closed ->> 'dest_kind' = 'extension' AND extensions.number = persons.when_closed ->> 'dest_id'
    WHERE persons.when_closed ->> 'dest_kind' IN ('user', 'extension')
), led (start, at) AS (
    SELECT person, instead FROM closed
    UNION
    SELECT start, instead FROM led JOIN closed ON closed.person = led.at
)
UPDATE persons SET hours = NULL, when_closed = NULL
WHERE id IN (SELECT start FROM led WHERE at = start);
