"""Datasets: which shards there are, which columns hold text, and their cells."""

from provaudit.dataset.shards import Shard, find_shards

__all__ = ["Shard", "find_shards"]
