"""Rules of the retailer as data that no other message needs: deadlines and the calendars they run by. Never what happened."""
