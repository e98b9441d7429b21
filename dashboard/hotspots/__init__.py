"""The parts of the page Hotspots: its settings, presets, comparison, diagnostics and downloads."""
