"""Clusters of incidents: DBSCAN, HDBSCAN and ST-DBSCAN."""
