-- Done messages are deleted by age; failed ones are still found by their status alone.
ALTER TABLE trade_mq_consumer_log
  DROP KEY consumer_log_by_status,
  ADD KEY consumer_log_by_status_and_time (consumer_status, consumer_timestamp);
