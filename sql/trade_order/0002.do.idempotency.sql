-- Requests with an Idempotency-Key: claimed before the work, with the answer from the moment it is known, kept for 24 h.
CREATE TABLE IF NOT EXISTS idempotency_key (
  operation varchar(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  caller varchar(50) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  idempotency_key varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  request_hash char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'SHA-256 of the request body',
  claim_id char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'the run that works on it, or did last',
  lease_until timestamp(3) NOT NULL COMMENT 'from then on another run may take an unanswered request over',
  result_id bigint NULL COMMENT 'what a run has made for it, written in the same commit: an order or a payment',
  http_status smallint NULL COMMENT 'of the answer; NULL while there is none',
  answer text NULL COMMENT 'JSON: data of a success, problem of a refusal',
  expire_time timestamp(3) NOT NULL,
  PRIMARY KEY (operation, caller, idempotency_key),
  KEY idempotency_key_by_expiry (expire_time),
  CONSTRAINT idempotency_key_answered CHECK ((http_status IS NULL) = (answer IS NULL))
) ENGINE = InnoDB;
