"""Stock keeping as it is read: transfers and counts that are open, what is due to be counted, the proof of goods in transit."""
