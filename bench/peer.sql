-- The same promises as the ledger's, kept by one function of PostgreSQL: a receipt counts once, an account is written only
-- over the version that was read, entries are numbered without a gap and linked by hash, and points lie in lots by last
-- valid day. Nothing else is done: no roles, no refusals in words, no rules of a program.

CREATE TABLE account (
  member_id text PRIMARY KEY,
  version bigint NOT NULL DEFAULT 0,
  status text NOT NULL DEFAULT 'ACTIVE',
  available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
  lots jsonb NOT NULL DEFAULT '{}',
  earned bigint NOT NULL DEFAULT 0,
  head text NOT NULL DEFAULT ''
);

CREATE TABLE entry (
  member_id text NOT NULL REFERENCES account,
  seq bigint NOT NULL,
  kind text NOT NULL,
  points bigint NOT NULL,
  lot date NOT NULL,
  after_available bigint NOT NULL CHECK (after_available >= 0),
  receipt text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL,
  effective timestamptz NOT NULL,
  previous text NOT NULL,
  hash text NOT NULL,
  PRIMARY KEY (member_id, seq)
);

CREATE TABLE receipt (
  store_id text NOT NULL,
  receipt_number text NOT NULL,
  fingerprint text NOT NULL,
  member_id text NOT NULL,
  seq bigint NOT NULL,
  amount bigint NOT NULL,
  purchased_at timestamptz NOT NULL,
  awarded bigint NOT NULL,
  PRIMARY KEY (store_id, receipt_number)
);

-- One point for each 100 of the amount; the answer is the entry and the balance after it, the same for a repeat.
CREATE FUNCTION award(
  p_member text, p_store text, p_receipt text, p_amount bigint, p_purchased_at timestamptz, p_actor text
) RETURNS TABLE (seq bigint, points bigint, available bigint, is_repeat boolean)
LANGUAGE plpgsql AS $$
DECLARE
  a account%ROWTYPE;
  before receipt%ROWTYPE;
  v_fingerprint text := encode(sha256(convert_to(concat_ws('|', p_member, p_store, p_receipt, p_amount, p_purchased_at), 'UTF8')), 'hex');
  v_points bigint := p_amount / 100;
  v_lot date := (date_trunc('month', p_purchased_at + interval '24 months') + interval '1 month - 1 day')::date;
  v_now timestamptz := clock_timestamp();
  v_hash text;
BEGIN
  SELECT * INTO a FROM account WHERE account.member_id = p_member;
  IF NOT FOUND THEN RAISE EXCEPTION 'member_not_found'; END IF;
  IF a.status = 'CLOSED' THEN RAISE EXCEPTION 'account_closed'; END IF;

  INSERT INTO receipt VALUES (p_store, p_receipt, v_fingerprint, p_member, a.version + 1, p_amount, p_purchased_at, v_points)
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    SELECT * INTO before FROM receipt WHERE store_id = p_store AND receipt_number = p_receipt;
    IF before.fingerprint <> v_fingerprint THEN RAISE EXCEPTION 'receipt_conflict'; END IF;
    RETURN QUERY SELECT e.seq, e.points, e.after_available, true
      FROM entry e WHERE e.member_id = before.member_id AND e.seq = before.seq;
    RETURN;
  END IF;

  v_hash := encode(sha256(convert_to(
    a.head || jsonb_build_object('member', p_member, 'seq', a.version + 1, 'kind', 'EARN', 'points', v_points, 'lot', v_lot,
      'after', a.available + v_points, 'receipt', p_store || '/' || p_receipt, 'actor', p_actor, 'at', v_now,
      'effective', p_purchased_at)::text, 'UTF8')), 'hex');
  UPDATE account SET
    version = a.version + 1,
    available = a.available + v_points,
    earned = a.earned + v_points,
    lots = jsonb_set(a.lots, ARRAY[v_lot::text], to_jsonb(coalesce((a.lots ->> v_lot::text)::bigint, 0) + v_points)),
    head = v_hash
  WHERE account.member_id = p_member AND account.version = a.version;
  -- Another award came between; the caller decides anew, as ours does.
  IF NOT FOUND THEN RAISE EXCEPTION 'lost_race' USING ERRCODE = 'serialization_failure'; END IF;
  INSERT INTO entry VALUES (p_member, a.version + 1, 'EARN', v_points, v_lot, a.available + v_points,
    p_store || '/' || p_receipt, p_actor, v_now, p_purchased_at, a.head, v_hash);
  RETURN QUERY SELECT a.version + 1, v_points, a.available + v_points, false;
END
$$;
