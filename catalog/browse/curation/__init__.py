"""What curators may want to mend: places that name no country, and names that are likely the same."""
