"""Appeals (the fighting fund), gifts, supporters' pledges, and the meter."""
