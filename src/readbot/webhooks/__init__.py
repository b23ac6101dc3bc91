"""Posting without a server: the next link through an incoming webhook, from cron or CI."""
