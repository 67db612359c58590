-- What search and lists read. Every text here is folded (case and accents ignored) and made by the database, so
-- that no writer can forget it.

-- The organization's name beside each of its contacts: searched in and sorted by without a join.
ALTER TABLE "contacts" ADD COLUMN "organization_name" TEXT;
UPDATE "contacts" c SET "organization_name" = o."name"
  FROM "organizations" o WHERE o."crm_group_id" = c."crm_group_id" AND o."id" = c."organization_id";

-- Sharing the organization's row makes a rename wait for contacts that still carry the old name unseen, and the
-- other way round.
CREATE FUNCTION "tieline_name_organization"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.organization_name := (SELECT o.name FROM organizations o
    WHERE o.crm_group_id = NEW.crm_group_id AND o.id = NEW.organization_id FOR SHARE);
  RETURN NEW;
END $$;
CREATE TRIGGER "contacts_name_organization_on_insert" BEFORE INSERT ON "contacts"
  FOR EACH ROW WHEN (NEW."organization_id" IS NOT NULL) EXECUTE FUNCTION "tieline_name_organization"();

-- Not BEFORE UPDATE: with such a trigger PostgreSQL would make every generated column anew on every update.
CREATE FUNCTION "tieline_rename_contact"() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  new_name text := (SELECT o.name FROM organizations o
    WHERE o.crm_group_id = NEW.crm_group_id AND o.id = NEW.organization_id FOR SHARE);
BEGIN
  IF NEW.organization_name IS DISTINCT FROM new_name THEN
    UPDATE contacts c SET organization_name = new_name WHERE c.crm_group_id = NEW.crm_group_id AND c.id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER "contacts_name_organization_on_update" AFTER UPDATE ON "contacts"
  FOR EACH ROW WHEN (OLD."organization_id" IS DISTINCT FROM NEW."organization_id")
  EXECUTE FUNCTION "tieline_rename_contact"();

-- A new name reaches the contacts, and so does an organization that came after its contacts in a transaction.
CREATE FUNCTION "tieline_rename_organization"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- Moved and renamed at once, it may have left its contacts behind for a moment.
  UPDATE contacts c SET organization_name = NEW.name
    WHERE c.crm_group_id IN (NEW.crm_group_id, coalesce(OLD.crm_group_id, NEW.crm_group_id))
      AND c.organization_id = NEW.id
      AND c.organization_name IS DISTINCT FROM NEW.name;
  RETURN NULL;
END $$;
CREATE TRIGGER "organizations_rename_on_update" AFTER UPDATE ON "organizations"
  FOR EACH ROW WHEN (OLD."name" IS DISTINCT FROM NEW."name" OR OLD."crm_group_id" <> NEW."crm_group_id")
  EXECUTE FUNCTION "tieline_rename_organization"();
CREATE TRIGGER "organizations_rename_on_insert" AFTER INSERT ON "organizations"
  FOR EACH ROW EXECUTE FUNCTION "tieline_rename_organization"();

-- The order of lists and the ranges of prefixes: the first hundred folded characters, so that a name of any
-- script fits an index entry. U+0001 sorts before whatever a name may hold.
CREATE FUNCTION "tieline_key"("value" text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT left(public.tieline_fold("value"), 100) COLLATE "C" $$;

-- What is searched. A field that a prefix may match starts with a line feed, another with a carriage return; no
-- word that is looked for holds either.
CREATE FUNCTION "tieline_line"("value" text) RETURNS text
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT translate("value", E'\n\r\t', '   ') $$;

-- For near matches: every word of four letters or more, whole and with each one letter left out. Two words that
-- share one of these differ by a letter wrong, missing, too many or in the wrong place.
CREATE FUNCTION "tieline_near"("value" text) RETURNS text[]
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
    SELECT coalesce(array_agg(DISTINCT left(w, i - 1) || substr(w, i + 1)), '{}')
    FROM (
      SELECT DISTINCT w FROM string_to_table(translate(public.tieline_fold("value"),
        E'\n\r\t\x01 !"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~', repeat(' ', 37)), ' ') w
      WHERE char_length(w) BETWEEN 4 AND 40) words, generate_series(1, char_length(w) + 1) i
  $$;

ALTER TABLE "contacts" DROP COLUMN "search_text";
ALTER TABLE "contacts"
  ADD COLUMN "last_key" text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (tieline_key("last_name") || E'\x01' || tieline_key("first_name")) STORED,
  ADD COLUMN "first_key" text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (tieline_key("first_name") || E'\x01' || tieline_key("last_name")) STORED,
  ADD COLUMN "email_key" text COLLATE "C" GENERATED ALWAYS AS (tieline_key("email")) STORED,
  ADD COLUMN "search_text" text COLLATE "C" NOT NULL GENERATED ALWAYS AS (tieline_fold(
    E'\n' || tieline_line("first_name") || ' ' || tieline_line("last_name")
    || E'\n' || tieline_line("last_name") || ' ' || tieline_line("first_name")
    || E'\n' || coalesce(tieline_line("email"), '')
    || E'\r' || coalesce(tieline_line("organization_name"), '')
    || E'\r' || coalesce(tieline_line("description"), ''))) STORED,
  ADD COLUMN "near_keys" text[] NOT NULL GENERATED ALWAYS AS (
    tieline_near("first_name" || ' ' || "last_name")) STORED;

ALTER TABLE "organizations" DROP COLUMN "search_text";
ALTER TABLE "organizations"
  ADD COLUMN "name_key" text COLLATE "C" NOT NULL GENERATED ALWAYS AS (tieline_key("name")) STORED,
  ADD COLUMN "search_text" text COLLATE "C" NOT NULL GENERATED ALWAYS AS (tieline_fold(
    E'\n' || tieline_line("name") || E'\r' || coalesce(tieline_line("description"), ''))) STORED,
  ADD COLUMN "near_keys" text[] NOT NULL GENERATED ALWAYS AS (tieline_near("name")) STORED;

CREATE INDEX "contacts_search_idx" ON "contacts" USING gin ("crm_group_id", "search_text" gin_trgm_ops);
CREATE INDEX "organizations_search_idx" ON "organizations" USING gin ("crm_group_id", "search_text" gin_trgm_ops);
CREATE INDEX "contacts_near_idx" ON "contacts" USING gin ("crm_group_id", "near_keys");
CREATE INDEX "organizations_near_idx" ON "organizations" USING gin ("crm_group_id", "near_keys");
-- The few inactive ones, so that counting the matches among them stays cheap in a large group.
CREATE INDEX "contacts_inactive_search_idx" ON "contacts" USING gin ("crm_group_id", "search_text" gin_trgm_ops)
  WHERE NOT "active";
CREATE INDEX "organizations_inactive_search_idx" ON "organizations"
  USING gin ("crm_group_id", "search_text" gin_trgm_ops) WHERE NOT "active";
CREATE INDEX "contacts_inactive_idx" ON "contacts" ("crm_group_id", "last_key", "id") WHERE NOT "active";

DROP INDEX "contacts_crm_group_id_last_name_first_name_id_idx";
CREATE INDEX "contacts_last_key_idx" ON "contacts" ("crm_group_id", "last_key", "id");
CREATE INDEX "contacts_first_key_idx" ON "contacts" ("crm_group_id", "first_key", "id");
CREATE INDEX "contacts_email_key_idx" ON "contacts" ("crm_group_id", "email_key", "id") WHERE "email" IS NOT NULL;
CREATE INDEX "contacts_organization_key_idx" ON "contacts" ("crm_group_id", (tieline_key("organization_name") COLLATE "C"), "id")
  WHERE "organization_name" IS NOT NULL;
CREATE INDEX "contacts_phone_key_idx" ON "contacts" ("crm_group_id", (tieline_key("phone") COLLATE "C"), "id")
  WHERE "phone" IS NOT NULL;
CREATE INDEX "contacts_description_key_idx" ON "contacts" ("crm_group_id", (tieline_key("description") COLLATE "C"), "id")
  WHERE "description" IS NOT NULL;
CREATE INDEX "organizations_name_key_idx" ON "organizations" ("crm_group_id", "name_key", "id");
CREATE INDEX "organizations_inactive_idx" ON "organizations" ("crm_group_id", "name_key", "id") WHERE NOT "active";

-- Words as they are looked for: folded, the empty ones gone, the longest first (ties by text, so that the order
-- in which they were typed does not matter). Nearly always it is one word, which takes no query.
CREATE FUNCTION "tieline_words"("typed" text[]) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  word text;
BEGIN
  IF cardinality(typed) = 1 THEN
    word := btrim(tieline_fold(typed[1]));
    RETURN CASE WHEN word = '' THEN '{}' ELSE ARRAY[word] END;
  END IF;
  RETURN (SELECT coalesce(array_agg(w ORDER BY char_length(w) DESC, w COLLATE "C"), '{}')
    FROM (SELECT DISTINCT btrim(tieline_fold(t)) AS w FROM unnest(typed) t) folded WHERE w <> '');
END $$;

-- LIKE patterns for "holds this word" ('%'), and for "has it at the start of a field that a prefix may match".
CREATE FUNCTION "tieline_patterns"("words" text[], "before" text) RETURNS text[]
  LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
  AS $$
DECLARE
  word text;
  patterns text[] := '{}';
BEGIN
  FOREACH word IN ARRAY words LOOP
    patterns := patterns || ("before" || replace(replace(replace(word, '\', '\\'), '%', '\%'), '_', '\_') || '%');
  END LOOP;
  RETURN patterns;
END $$;

-- The rows of a group that hold every word, by the trigram index led by the group: at most `most` of them, in no
-- order. `rare` and `rarer` are what the index is asked for. The settings leave PostgreSQL no other plan than that
-- index: from its statistics it cannot know how large this one group is, nor how common the word is in it.
CREATE FUNCTION "tieline_contacts_holding"(
  "crm_group" bigint, "rare" text, "rarer" text, "hold" text[], "begin_field" text[], "most" integer
) RETURNS TABLE ("key" text, "id" bigint, "active" boolean, "starts" boolean)
  LANGUAGE plpgsql STABLE ROWS 100
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET cpu_tuple_cost = 10
  AS $$
#variable_conflict use_column
BEGIN
  IF rarer IS NULL THEN
    RETURN QUERY WITH m AS MATERIALIZED (
        SELECT c.last_key, c.id, c.active, c.search_text LIKE ALL (begin_field) FROM contacts c
        WHERE c.crm_group_id = crm_group AND c.search_text LIKE rare AND c.search_text LIKE ALL (hold))
      SELECT * FROM m LIMIT most;
  ELSE
    RETURN QUERY WITH m AS MATERIALIZED (
        SELECT c.last_key, c.id, c.active, c.search_text LIKE ALL (begin_field) FROM contacts c
        WHERE c.crm_group_id = crm_group AND c.search_text LIKE rare AND c.search_text LIKE rarer
          AND c.search_text LIKE ALL (hold))
      SELECT * FROM m LIMIT most;
  END IF;
END $$;

CREATE FUNCTION "tieline_organizations_holding"(
  "crm_group" bigint, "rare" text, "hold" text[], "begin_name" text[]
) RETURNS TABLE ("key" text, "id" bigint, "active" boolean)
  LANGUAGE plpgsql STABLE ROWS 100
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET cpu_tuple_cost = 10
  AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY SELECT o.name_key, o.id, o.active FROM organizations o
    WHERE o.crm_group_id = crm_group AND o.search_text LIKE rare AND o.search_text LIKE ALL (hold)
      AND NOT o.search_text LIKE ANY (begin_name);
END $$;

-- The same among the inactive ones, which have indexes of their own; only counted.
CREATE FUNCTION "tieline_inactive_holding"(
  "crm_group" bigint, "of_contacts" boolean, "rare" text, "hold" text[], "enough" integer
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
  IF of_contacts THEN
    WITH m AS MATERIALIZED (SELECT FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
      AND c.search_text LIKE rare AND c.search_text LIKE ALL (hold))
    SELECT count(*) INTO total FROM (SELECT FROM m LIMIT enough) x;
  ELSE
    WITH m AS MATERIALIZED (SELECT FROM organizations o WHERE o.crm_group_id = crm_group AND NOT o.active
      AND o.search_text LIKE rare AND o.search_text LIKE ALL (hold))
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
-- how common a word is, a short walk along the index finds out: common words fill the page there, others go to the
-- trigram index, whose rows are then few; when they are many after all, the walk goes on.
CREATE FUNCTION "tieline_search"(
  "crm_group" bigint, "typed" text[], "want_active" boolean, "of_contacts" boolean, "of_organizations" boolean,
  "after_stage" integer, "after_key" text, "after_id" bigint, "wanted" integer
) RETURNS TABLE ("stage" integer, "key" text, "id" bigint)
  LANGUAGE plpgsql STABLE ROWS 10 SET plan_cache_mode = force_generic_plan
  AS $$
#variable_conflict use_column
DECLARE
  walk CONSTANT integer := 80;
  short_walk CONSTANT integer := 40;
  many CONSTANT integer := 2000;
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
  probe text[] := '{}';
  exact bigint[] := '{}';
  at_stage integer := after_stage;
  at_key text := after_key COLLATE "C";
  at_id bigint := after_id;
  left_over integer := wanted;
  got integer;
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
    more := false;
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
    IF more THEN
      RETURN QUERY SELECT 5, h.key, h.id
        FROM tieline_organizations_holding(crm_group, hold[1], hold, begin_name) h
        WHERE (h.active = want_active) IS NOT FALSE AND (h.key COLLATE "C", h.id) > (at_key, at_id)
        ORDER BY h.key COLLATE "C", h.id LIMIT left_over;
      GET DIAGNOSTICS got = ROW_COUNT;
      left_over := left_over - got;
      IF left_over = 0 THEN RETURN; END IF;
    END IF;
  END IF;

  IF of_contacts AND at_stage <= 6 AND cardinality(words) > 0 THEN
    IF at_stage < 6 THEN at_key := ''; at_id := 0; END IF;
    more := false;
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
        left_over := left_over - 1;
        IF left_over = 0 THEN RETURN; END IF;
      END IF;
      IF found.nth = walk THEN more := true; at_key := found.last_key; at_id := found.id; END IF;
    END LOOP;
    IF NOT more THEN RETURN; END IF;
    -- Of an address the end of its first part tells most; what stands in every address only costs time.
    FOREACH word IN ARRAY words LOOP
      probe := probe || CASE WHEN strpos(word, '@') > 5 THEN right(split_part(word, '@', 1), 12) ELSE word END;
    END LOOP;
    probe := tieline_patterns(probe, '%');
    SELECT array_agg(h.key ORDER BY h.key COLLATE "C", h.id) FILTER (WHERE h.fits),
        array_agg(h.id ORDER BY h.key COLLATE "C", h.id) FILTER (WHERE h.fits), count(*) > many
      INTO keys, ids, more
      FROM (SELECT h.key, h.id, NOT h.starts AND (h.active = want_active) IS NOT FALSE AND h.id <> ALL (exact)
          AND (h.key COLLATE "C", h.id) > (at_key, at_id) AS fits
        FROM tieline_contacts_holding(crm_group, probe[1], probe[2], hold, begin_field, many + 1) h) h;
    IF NOT more THEN
      RETURN QUERY SELECT 6, x.k, x.i FROM unnest(keys, ids) x(k, i) LIMIT left_over;
    END IF;
    IF more THEN
      RETURN QUERY SELECT 6, c.last_key, c.id FROM contacts c
        WHERE c.crm_group_id = crm_group AND (c.last_key, c.id) > (at_key, at_id)
          AND strpos(c.search_text, first_word) > 0 AND c.search_text LIKE ALL (hold)
          AND NOT c.search_text LIKE ALL (begin_field)
          AND (c.active = want_active) IS NOT FALSE AND c.id <> ALL (exact)
        ORDER BY c.last_key, c.id LIMIT left_over;
    END IF;
  END IF;
END $$;

-- Whether a letter of it may be wrong: not in short words, nor beside a sign that was surely meant.
CREATE FUNCTION "tieline_may_be_near"("word" text) RETURNS boolean
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  AS $$ SELECT char_length("word") >= 5 AND translate("word", ' !"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '') = "word" $$;

-- One page of near matches, for when there are no others: every part of every word is held, or nearly so when it
-- has five letters or more; at least one of them nearly. Organizations are stage 7, contacts stage 8.
CREATE FUNCTION "tieline_search_near"(
  "crm_group" bigint, "typed" text[], "want_active" boolean, "of_contacts" boolean, "of_organizations" boolean,
  "after_stage" integer, "after_key" text, "after_id" bigint, "wanted" integer
) RETURNS TABLE ("stage" integer, "key" text, "id" bigint)
  LANGUAGE plpgsql STABLE ROWS 10 SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
  SET enable_indexscan = off
  SET cpu_tuple_cost = 10
  AS $$
#variable_conflict use_column
DECLARE
  parts text[] := ARRAY(SELECT DISTINCT p FROM unnest(tieline_words(typed)) w,
    string_to_table(translate(w, '@.-''', '    '), ' ') p WHERE p <> '');
  nears text[] := ARRAY(SELECT CASE WHEN tieline_may_be_near(p) THEN tieline_near(p)::text ELSE '{}' END
    FROM unnest(parts) p);
  any_near text[] := ARRAY(SELECT DISTINCT k FROM unnest(nears) n, unnest(n::text[]) k);
  left_over integer := wanted;
  got integer;
  at_key text := after_key COLLATE "C";
  at_id bigint := after_id;
BEGIN
  IF cardinality(any_near) = 0 THEN RETURN; END IF;
  IF of_organizations AND after_stage <= 7 THEN
    IF after_stage < 7 THEN at_key := ''; at_id := 0; END IF;
    RETURN QUERY
      WITH m AS MATERIALIZED (
        SELECT o.name_key, o.id, o.search_text, o.near_keys FROM organizations o
        WHERE o.crm_group_id = crm_group AND o.near_keys && any_near AND (o.active = want_active) IS NOT FALSE)
      SELECT 7, m.name_key, m.id FROM m
      WHERE (m.name_key, m.id) > (at_key, at_id) AND (cardinality(parts) = 1 OR NOT EXISTS (
        SELECT FROM unnest(parts, nears) x(part, near) WHERE strpos(m.search_text, part) = 0
          AND NOT m.near_keys && near::text[]))
      ORDER BY m.name_key, m.id LIMIT left_over;
    GET DIAGNOSTICS got = ROW_COUNT;
    left_over := left_over - got;
    IF left_over = 0 THEN RETURN; END IF;
  END IF;
  IF of_contacts AND after_stage <= 8 THEN
    IF after_stage < 8 THEN at_key := ''; at_id := 0; END IF;
    RETURN QUERY
      WITH m AS MATERIALIZED (
        SELECT c.last_key, c.id, c.search_text, c.near_keys FROM contacts c
        WHERE c.crm_group_id = crm_group AND c.near_keys && any_near AND (c.active = want_active) IS NOT FALSE)
      SELECT 8, m.last_key, m.id FROM m
      WHERE (m.last_key, m.id) > (at_key, at_id) AND (cardinality(parts) = 1 OR NOT EXISTS (
        SELECT FROM unnest(parts, nears) x(part, near) WHERE strpos(m.search_text, part) = 0
          AND NOT m.near_keys && near::text[]))
      ORDER BY m.last_key, m.id LIMIT left_over;
  END IF;
END $$;

-- How many inactive contacts or organizations hold every word; stops counting at `enough`.
CREATE FUNCTION "tieline_count_inactive"(
  "crm_group" bigint, "typed" text[], "of_contacts" boolean, "of_organizations" boolean, "enough" integer
) RETURNS integer
  LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan
  AS $$
DECLARE
  walk CONSTANT integer := 60;
  words text[] := tieline_words(typed);
  hold text[] := tieline_patterns(words, '%');
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
      fit := tieline_inactive_holding(crm_group, false, coalesce(hold[1], '%'), hold, enough);
    END IF;
    total := fit;
  END IF;
  IF NOT of_contacts OR total >= enough THEN RETURN least(total, enough); END IF;
  SELECT count(*), count(*) FILTER (
      WHERE strpos(w.search_text, first_word) > 0 AND w.search_text LIKE ALL (hold)) INTO seen, fit FROM (
    SELECT c.search_text FROM contacts c WHERE c.crm_group_id = crm_group AND NOT c.active
    ORDER BY c.last_key, c.id LIMIT walk) w;
  IF seen = walk AND total + fit < enough THEN
    fit := tieline_inactive_holding(crm_group, true, coalesce(hold[1], '%'), hold, enough);
  END IF;
  RETURN least(total + fit, enough);
END $$;
