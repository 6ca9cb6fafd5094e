"""What is due and why, and the worker that does it.

times       intervals and cron expressions as people write them, in the local zone
intervals   when a source is asked again: its own pace, its own wishes, deadlines, failures
words       the reasons for a time, in words
planning    reading the facts, moving `next_check_at`, the commands `netmeta schedule ...`
engine      the one module that knows DBOS: jobs survive the death of the process
harvesting  the worker's harvests: many sources in one event loop, one writer
jobs        doing one job, and finding out how far it came before a crash
chores      what else the worker does: index, health, links, snapshot
presence    whether a worker is at work
worker      the process: clock, engine and harvests put together
handover    `netmeta harvest` beside a running worker
logs        structured log lines

Jobs only decide what is due and record what happened; the work itself is done by services.
"""
