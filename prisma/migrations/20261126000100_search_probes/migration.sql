-- Searches for phrases, for two words and for common parts of names ask the indexes for less.
-- What the trigram index is asked for, of each word; who holds the word holds this too. An index lookup reads a list
-- for each three letters, so it is given those that tell most: of an address the end of its first part, since what
-- stands in every address only costs time; of a phrase four letters of each part, since the letters of one word come
-- together anyway.
CREATE FUNCTION "tieline_probes"("words" text[]) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  word text;
  part text;
  probe text;
  probes text[] := '{}';
BEGIN
  FOREACH word IN ARRAY words LOOP
    IF strpos(word, '@') > 5 OR strpos(word, ' ') = 0 THEN
      probes := probes || tieline_patterns(
        ARRAY[CASE WHEN strpos(word, '@') > 5 THEN right(split_part(word, '@', 1), 12) ELSE word END], '%');
    ELSE
      probe := '';
      FOREACH part IN ARRAY string_to_array(word, ' ') LOOP
        CONTINUE WHEN part = '';
        probe := probe || left((tieline_patterns(ARRAY[CASE WHEN char_length(part) >= 5 THEN substr(part, 2, 4)
          WHEN probe = '' THEN part ELSE ' ' || part END], '%'))[1], -1);
      END LOOP;
      probes := probes || (probe || '%');
    END IF;
  END LOOP;
  RETURN probes;
END $$;

DROP FUNCTION "tieline_organizations_holding"(bigint, text, text[], text[]);
DROP FUNCTION "tieline_inactive_holding"(bigint, boolean, text, text[], integer);

CREATE FUNCTION "tieline_organizations_holding"(
  "crm_group" bigint, "rare" text, "rarer" text, "hold" text[], "begin_name" text[]
) RETURNS TABLE ("key" text, "id" bigint, "active" boolean)
  LANGUAGE plpgsql STABLE ROWS 100
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET cpu_tuple_cost = 10
  AS $$
#variable_conflict use_column
BEGIN
  IF rarer IS NULL THEN
    RETURN QUERY SELECT o.name_key, o.id, o.active FROM organizations o
      WHERE o.crm_group_id = crm_group AND o.search_text LIKE rare AND o.search_text LIKE ALL (hold)
        AND NOT o.search_text LIKE ANY (begin_name);
  ELSE
    RETURN QUERY SELECT o.name_key, o.id, o.active FROM organizations o
      WHERE o.crm_group_id = crm_group AND o.search_text LIKE rare AND o.search_text LIKE rarer
        AND o.search_text LIKE ALL (hold) AND NOT o.search_text LIKE ANY (begin_name);
  END IF;
END $$;

-- The same among the inactive ones, which have indexes of their own; only counted.
CREATE FUNCTION "tieline_inactive_holding"(
  "crm_group" bigint, "of_contacts" boolean, "rare" text, "rarer" text, "hold" text[], "enough" integer
) RETURNS integer
  LANGUAGE plpgsql STABLE
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET cpu_tuple_cost = 10
  AS $$
DECLARE
  total integer;
BEGIN
  IF of_contacts AND rarer IS NULL THEN
    WITH m AS MATERIALIZED (SELECT FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
      AND c.search_text LIKE rare AND c.search_text LIKE ALL (hold))
    SELECT count(*) INTO total FROM (SELECT FROM m LIMIT enough) x;
  ELSIF of_contacts THEN
    WITH m AS MATERIALIZED (SELECT FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
      AND c.search_text LIKE rare AND c.search_text LIKE rarer AND c.search_text LIKE ALL (hold))
    SELECT count(*) INTO total FROM (SELECT FROM m LIMIT enough) x;
  ELSIF rarer IS NULL THEN
    WITH m AS MATERIALIZED (SELECT FROM organizations o WHERE o.crm_group_id = crm_group AND NOT o.active
      AND o.search_text LIKE rare AND o.search_text LIKE ALL (hold))
    SELECT count(*) INTO total FROM (SELECT FROM m LIMIT enough) x;
  ELSE
    WITH m AS MATERIALIZED (SELECT FROM organizations o WHERE o.crm_group_id = crm_group AND NOT o.active
      AND o.search_text LIKE rare AND o.search_text LIKE rarer AND o.search_text LIKE ALL (hold))
    SELECT count(*) INTO total FROM (SELECT FROM m LIMIT enough) x;
  END IF;
  RETURN total;
END $$;

-- One page of search results: the place of each row in the one order of contacts and organizations.
--   stage 0 contact with exactly this address      key: none
--         1 organization, name starts with a word       name
--         2 contact, every word starts a name or the address; the longest word starts the last name
--         3 the same; it starts the first name          first name, last name
--         4 the same; it starts the address             address
--         5 other organization                          name
--         6 other contact                               last name, first name
-- A range starts at the place itself, never at the prefix and the place both: PostgreSQL would take the lesser.
-- A stage is read from its own index and only when those before it did not fill the page. `after_*` is the place
-- of the last row of the page before.
-- `want_active` null wants both.
-- Every plan is the generic one: an index range in order, the same for any word. Where the best plan depends on
-- how common a word is, a short walk along the index finds out: the commonest words fill the page there, and where
-- some rows were found it goes on. Other words go to the trigram index, and what it has is sorted; when it has very
-- many after all, the walk goes on for a while if some stand there; where that does not fill the page, all are sorted.
CREATE OR REPLACE FUNCTION "tieline_search"(
  "crm_group" bigint, "typed" text[], "want_active" boolean, "of_contacts" boolean, "of_organizations" boolean,
  "after_stage" integer, "after_key" text, "after_id" bigint, "wanted" integer, "is_small" boolean DEFAULT false
) RETURNS TABLE ("stage" integer, "key" text, "id" bigint)
  LANGUAGE plpgsql STABLE ROWS 10 SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
DECLARE
  walk CONSTANT integer := 80;
  short_walk CONSTANT integer := 40;
  many CONSTANT integer := 500;
  long_walk CONSTANT integer := 4000;
  last_char CONSTANT text := chr(1114111);
  words text[] := tieline_words(typed);
  hold text[] := tieline_patterns(words, '%');
  begin_field text[] := tieline_patterns(words, E'%\n');
  word text;
  heads text[] := '{}';
  begin_name text[];
  -- Quicker than LIKE, so it is asked first.
  first_word text := coalesce(words[1], '') COLLATE "C";
  head text := coalesce(left(split_part(words[1], ' ', 1), 100), '') COLLATE "C";
  probe text[];
  exact bigint[] := '{}';
  at_stage integer := after_stage;
  at_key text := after_key COLLATE "C";
  at_id bigint := after_id;
  left_over integer := wanted;
  got integer;
  seen integer := 0;
  steps integer;
  edge text;
  more boolean;
  keys text[];
  ids bigint[];
  found record;
BEGIN
  FOREACH word IN ARRAY words LOOP
    IF NOT left(split_part(word, ' ', 1), 100) = ANY (heads) THEN
      heads := heads || left(split_part(word, ' ', 1), 100);
    END IF;
  END LOOP;
  IF cardinality(words) = 0 THEN heads := ARRAY['']; END IF;

  IF of_contacts AND array_to_string(typed, ' ') LIKE '%@%' THEN
    exact := ARRAY(SELECT c.id FROM contacts c
      WHERE c.crm_group_id = crm_group AND c.email IS NOT NULL AND lower(c.email) = ANY (
          ARRAY(SELECT lower(t) FROM unnest(typed) t))
        AND c.search_text LIKE ALL (hold) AND (c.active = want_active) IS NOT FALSE);
    IF at_stage <= 0 THEN
      RETURN QUERY SELECT 0, '', x FROM unnest(exact) x WHERE at_stage < 0 OR x > at_id ORDER BY x LIMIT left_over;
      GET DIAGNOSTICS got = ROW_COUNT;
      left_over := left_over - got;
      IF left_over = 0 THEN RETURN; END IF;
    END IF;
  END IF;

  IF of_organizations AND at_stage <= 1 THEN
    IF at_stage < 1 THEN at_key := ''; at_id := 0; END IF;
    IF cardinality(heads) = 1 THEN
      IF at_key < head THEN at_key := head; at_id := 0; END IF;
      RETURN QUERY SELECT 1, o.name_key, o.id FROM organizations o
        WHERE o.crm_group_id = crm_group AND (o.name_key, o.id) > (at_key, at_id) AND o.name_key < head || last_char
          AND o.search_text LIKE ALL (hold) AND (o.active = want_active) IS NOT FALSE
        ORDER BY o.name_key, o.id LIMIT left_over;
    ELSE
      RETURN QUERY SELECT 1, m.name_key, m.id
        FROM unnest(heads) h, LATERAL (
          SELECT o.name_key, o.id FROM organizations o
          WHERE o.crm_group_id = crm_group AND o.name_key < (h || last_char) COLLATE "C"
            AND (o.name_key, o.id) > (greatest(h COLLATE "C", at_key), CASE WHEN at_key >= h THEN at_id ELSE 0 END)
            AND o.search_text LIKE ALL (hold) AND (o.active = want_active) IS NOT FALSE
          ORDER BY o.name_key, o.id LIMIT left_over) m
        GROUP BY m.name_key, m.id ORDER BY m.name_key, m.id LIMIT left_over;
    END IF;
    GET DIAGNOSTICS got = ROW_COUNT;
    left_over := left_over - got;
    IF left_over = 0 THEN RETURN; END IF;
  END IF;

  IF of_contacts AND at_stage <= 2 THEN
    IF at_stage < 2 OR at_key < head THEN at_key := head; at_id := 0; END IF;
    RETURN QUERY SELECT 2, c.last_key, c.id FROM contacts c
      WHERE c.crm_group_id = crm_group AND (c.last_key, c.id) > (at_key, at_id) AND c.last_key < head || last_char
        AND c.search_text LIKE ALL (begin_field) AND (c.active = want_active) IS NOT FALSE AND c.id <> ALL (exact)
      ORDER BY c.last_key, c.id LIMIT left_over;
    GET DIAGNOSTICS got = ROW_COUNT;
    left_over := left_over - got;
    IF left_over = 0 THEN RETURN; END IF;
  END IF;

  IF of_contacts AND at_stage <= 3 AND cardinality(words) > 0 THEN
    IF at_stage < 3 OR at_key < head THEN at_key := head; at_id := 0; END IF;
    RETURN QUERY SELECT 3, c.first_key, c.id FROM contacts c
      WHERE c.crm_group_id = crm_group AND (c.first_key, c.id) > (at_key, at_id)
        AND c.first_key < head || last_char AND NOT starts_with(c.last_key, head)
        AND c.search_text LIKE ALL (begin_field) AND (c.active = want_active) IS NOT FALSE AND c.id <> ALL (exact)
      ORDER BY c.first_key, c.id LIMIT left_over;
    GET DIAGNOSTICS got = ROW_COUNT;
    left_over := left_over - got;
    IF left_over = 0 THEN RETURN; END IF;
  END IF;

  IF of_contacts AND at_stage <= 4 AND cardinality(words) > 0 THEN
    IF at_stage < 4 OR at_key < head THEN at_key := head; at_id := 0; END IF;
    RETURN QUERY SELECT 4, c.email_key, c.id FROM contacts c
      WHERE c.crm_group_id = crm_group AND c.email IS NOT NULL AND (c.email_key, c.id) > (at_key, at_id)
        AND c.email_key < head || last_char
        AND NOT starts_with(c.last_key, head) AND NOT starts_with(c.first_key, head)
        AND c.search_text LIKE ALL (begin_field) AND (c.active = want_active) IS NOT FALSE AND c.id <> ALL (exact)
      ORDER BY c.email_key, c.id LIMIT left_over;
    GET DIAGNOSTICS got = ROW_COUNT;
    left_over := left_over - got;
    IF left_over = 0 THEN RETURN; END IF;
  END IF;

  IF of_organizations AND at_stage <= 5 AND cardinality(words) > 0 THEN
    IF at_stage < 5 THEN at_key := ''; at_id := 0; END IF;
    begin_name := tieline_patterns(heads, E'\n');
    more := is_small;
    IF NOT is_small THEN
      FOR found IN
        SELECT w.name_key, w.id, w.nth, strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)
          AND NOT w.search_text LIKE ANY (begin_name)
          AND (w.active = want_active) IS NOT FALSE AS fits
        FROM (
          SELECT o.name_key, o.id, o.search_text, o.active, row_number() OVER (ORDER BY o.name_key, o.id) AS nth
          FROM organizations o WHERE o.crm_group_id = crm_group AND (o.name_key, o.id) > (at_key, at_id)
          ORDER BY o.name_key, o.id LIMIT short_walk) w
        WHERE w.nth = short_walk OR strpos(w.search_text, first_word) > 0 ORDER BY w.name_key, w.id
      LOOP
        IF found.fits THEN
          RETURN QUERY SELECT 5, found.name_key, found.id;
          left_over := left_over - 1;
          IF left_over = 0 THEN RETURN; END IF;
        END IF;
        IF found.nth = short_walk THEN more := true; at_key := found.name_key; at_id := found.id; END IF;
      END LOOP;
    END IF;
    IF more THEN
      probe := tieline_probes(words);
      RETURN QUERY SELECT 5, h.key, h.id
        FROM tieline_organizations_holding(crm_group, probe[1], probe[2], hold, begin_name) h
        WHERE (h.active = want_active) IS NOT FALSE AND (h.key COLLATE "C", h.id) > (at_key, at_id)
        ORDER BY h.key COLLATE "C", h.id LIMIT left_over;
      GET DIAGNOSTICS got = ROW_COUNT;
      left_over := left_over - got;
      IF left_over = 0 THEN RETURN; END IF;
    END IF;
  END IF;

  IF of_contacts AND at_stage <= 6 AND cardinality(words) > 0 THEN
    IF at_stage < 6 THEN at_key := ''; at_id := 0; END IF;
    more := is_small;
    IF NOT is_small THEN
      FOR found IN
        SELECT w.last_key, w.id, w.nth, strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)
          AND NOT w.search_text LIKE ALL (begin_field)
          AND (w.active = want_active) IS NOT FALSE AND w.id <> ALL (exact) AS fits
        FROM (
          SELECT c.last_key, c.id, c.search_text, c.active, row_number() OVER (ORDER BY c.last_key, c.id) AS nth
          FROM contacts c WHERE c.crm_group_id = crm_group AND (c.last_key, c.id) > (at_key, at_id)
          ORDER BY c.last_key, c.id LIMIT walk) w
        WHERE w.nth = walk OR strpos(w.search_text, first_word) > 0 ORDER BY w.last_key, w.id
      LOOP
        IF found.fits THEN
          RETURN QUERY SELECT 6, found.last_key, found.id;
          seen := seen + 1;
          left_over := left_over - 1;
          IF left_over = 0 THEN RETURN; END IF;
        END IF;
        IF found.nth = walk THEN more := true; at_key := found.last_key; at_id := found.id; END IF;
      END LOOP;
    END IF;
    IF NOT more THEN RETURN; END IF;
    -- Some at the start of the order: there are many, and the page is full soon.
    steps := CASE WHEN seen > 0 THEN least(2 * walk * left_over / seen, long_walk) ELSE 0 END;
    FOR turn IN 1..2 LOOP
      IF steps > 0 THEN
        FOR found IN
          SELECT w.last_key, w.id FROM (
            SELECT c.last_key, c.id, c.search_text, c.active
            FROM contacts c WHERE c.crm_group_id = crm_group AND (c.last_key, c.id) > (at_key, at_id)
            ORDER BY c.last_key, c.id LIMIT steps) w
          WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)
            AND NOT w.search_text LIKE ALL (begin_field)
            AND (w.active = want_active) IS NOT FALSE AND w.id <> ALL (exact)
          ORDER BY w.last_key, w.id LIMIT left_over
        LOOP
          RETURN QUERY SELECT 6, found.last_key, found.id;
          left_over := left_over - 1;
          IF left_over = 0 THEN RETURN; END IF;
          at_key := found.last_key;
          at_id := found.id;
        END LOOP;
      END IF;
      EXIT WHEN turn = 2;
      probe := coalesce(probe, tieline_probes(words));
      SELECT array_agg(h.key ORDER BY h.key COLLATE "C", h.id) FILTER (WHERE h.fits),
          array_agg(h.id ORDER BY h.key COLLATE "C", h.id) FILTER (WHERE h.fits), count(*) > many
        INTO keys, ids, more
        FROM (SELECT h.key, h.id, NOT h.starts AND (h.active = want_active) IS NOT FALSE AND h.id <> ALL (exact)
            AND (h.key COLLATE "C", h.id) > (at_key, at_id) AS fits
          FROM tieline_contacts_holding(crm_group, probe[1], probe[2], hold, begin_field, many + 1) h) h;
      IF NOT more THEN
        RETURN QUERY SELECT 6, x.k, x.i FROM unnest(keys, ids) x(k, i) LIMIT left_over;
        RETURN;
      END IF;
      -- Those found are as good as picked at random: where none of them stands on the way, it is not gone.
      edge := (SELECT c.last_key FROM contacts c
        WHERE c.crm_group_id = crm_group AND (c.last_key, c.id) > (at_key, at_id)
        ORDER BY c.last_key, c.id OFFSET long_walk LIMIT 1);
      steps := CASE WHEN edge IS NULL OR keys[3] COLLATE "C" <= edge THEN long_walk ELSE 0 END;
    END LOOP;
    RETURN QUERY SELECT 6, h.key, h.id
      FROM tieline_contacts_holding(crm_group, probe[1], probe[2], hold, begin_field, NULL) h
      WHERE NOT h.starts AND (h.active = want_active) IS NOT FALSE AND h.id <> ALL (exact)
        AND (h.key COLLATE "C", h.id) > (at_key, at_id)
      ORDER BY h.key COLLATE "C", h.id LIMIT left_over;
  END IF;
END $$;

-- How many inactive contacts or organizations hold every word; stops counting at `enough`.
CREATE OR REPLACE FUNCTION "tieline_count_inactive"(
  "crm_group" bigint, "typed" text[], "of_contacts" boolean, "of_organizations" boolean, "enough" integer
) RETURNS integer
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
  AS $$
DECLARE
  walk CONSTANT integer := 60;
  words text[] := tieline_words(typed);
  hold text[] := tieline_patterns(words, '%');
  probe text[];
  first_word text := coalesce(words[1], '') COLLATE "C";
  total integer := 0;
  seen integer;
  fit integer;
BEGIN
  IF of_organizations THEN
    SELECT count(*), count(*) FILTER (
      WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)) INTO seen, fit FROM (
      SELECT o.search_text FROM organizations o WHERE o.crm_group_id = crm_group AND NOT o.active
      ORDER BY o.name_key, o.id LIMIT walk) w;
    IF seen = walk AND fit < enough THEN
      probe := tieline_probes(words);
      fit := tieline_inactive_holding(crm_group, false, coalesce(probe[1], '%'), probe[2], hold, enough);
    END IF;
    total := fit;
  END IF;
  IF NOT of_contacts OR total >= enough THEN RETURN least(total, enough); END IF;
  SELECT count(*), count(*) FILTER (
      WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)) INTO seen, fit FROM (
    SELECT c.search_text FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
    ORDER BY c.last_key, c.id LIMIT walk) w;
  IF seen = walk AND total + fit < enough THEN
    probe := coalesce(probe, tieline_probes(words));
    fit := tieline_inactive_holding(crm_group, true, coalesce(probe[1], '%'), probe[2], hold, enough);
  END IF;
  RETURN least(total + fit, enough);
END $$;
