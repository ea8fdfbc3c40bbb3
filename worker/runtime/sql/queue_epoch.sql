-- Which Redis the queue is in, and under which prefix; no row before the first load.
SELECT epoch, redis_run FROM tropeiro.queue_epoch
