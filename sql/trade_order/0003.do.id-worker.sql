-- Who makes ids, a row a worker number (bits 12 to 21 of an id). Whoever takes a row over makes none of a millisecond up to
-- until_ms: the holder before may have made it.
CREATE TABLE IF NOT EXISTS id_worker (
  worker_id smallint NOT NULL,
  holder varchar(100) NOT NULL COMMENT 'host:pid:random',
  until_ms bigint NOT NULL COMMENT 'unix time in ms: the holder makes no id of a later millisecond',
  PRIMARY KEY (worker_id),
  CONSTRAINT id_worker_fits CHECK (worker_id BETWEEN 0 AND 1023)
) ENGINE = InnoDB;
