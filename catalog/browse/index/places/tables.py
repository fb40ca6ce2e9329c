"""What the standard's lists of countries and their parts lack: short names, other names, cities, English names."""

LABELS = {
    "BN": "Brunei", "BO": "Bolivia", "CD": "DR Congo", "CG": "Congo", "CI": "Ivory Coast", "FK": "Falkland Islands",
    "FM": "Micronesia", "GB": "United Kingdom", "IR": "Iran", "KP": "North Korea", "KR": "South Korea", "LA": "Laos",
    "MD": "Moldova", "NL": "Netherlands", "PS": "Palestine", "RU": "Russia", "SY": "Syria", "TR": "Turkey",
    "TW": "Taiwan", "TZ": "Tanzania", "US": "United States", "VA": "Vatican City", "VE": "Venezuela", "VN": "Vietnam",
    "XK": "Kosovo",
}  # fmt: skip
"""Short names, where the standard has long ones, or none."""

OTHER_NAMES = {
    "US": ("USA", "US", "America", "United States of America"),
    "GB": ("UK", "Great Britain", "Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "AE": ("UAE",), "BA": ("Bosnia",), "CZ": ("Czech Republic",), "MK": ("Macedonia",),
    "NL": ("Holland", "The Netherlands"),
    "TR": ("Türkiye",), "CD": ("Congo-Kinshasa",), "KR": ("Korea",), "CI": ("Côte d'Ivoire",), "SZ": ("Swaziland",),
    "CV": ("Cape Verde",), "MM": ("Burma",), "RU": ("Russian Federation",), "FO": ("Faroe Isles",),
}  # fmt: skip
"""Names that people also search for."""

ALSO_WRITTEN = {
    "AT": "Österreich", "BE": "België, Belgique", "BR": "Brasil", "CH": "Schweiz, Suisse, Swiss, Svizzera",
    "DE": "Deutschland, East Germany, West Germany", "DK": "Danmark", "ES": "España", "FI": "Suomi",
    "GB": "Eng, N. Ireland",
    "GR": "Hellas", "HR": "Hrvatska", "IE": "Republic of Ireland, Eire", "IT": "Italia", "LC": "St Lucia",
    "MO": "Macau", "NL": "Nederland", "NO": "Norge", "PL": "Polska", "SE": "Sverige", "TL": "East Timor",
    "TT": "Trinidad", "US": "U.S. of A., The United States", "AG": "Antigua", "FK": "Falklands", "RS": "Srbija",
    "AX": "Åland", "RE": "La Réunion, Reunion Island", "VA": "Vatican",
}  # fmt: skip
"""Names that texts have and searches need not find: many of their words mean something else."""

WITH_STATES = ("US", "CA", "AU")
"""Countries whose states the sheet writes instead of their names: `Austin, TX`. The first wins: CA is California."""

CONTINENTS = ("north america", "central america", "south america", "latin america")
"""What ends as a country does and is none, folded."""

PLACES = {
    "AE": "Dubai, Abu Dhabi", "AL": "Tirana", "AM": "Yerevan", "AR": "Buenos Aires", "AZ": "Baku", "BA": "Sarajevo",
    "AU": "Sydney, Melbourne, Brisbane, Perth, Adelaide, Hobart, Canberra, Gold Coast, Fremantle, Byron Bay",
    "AT": "Vienna, Graz, Innsbruck, Salzburg, Linz, Tyrol", "BE": "Brussels, Antwerp, Ghent, Flanders, Wallonia, Liège",
    "BD": "Dhaka", "BO": "La Paz", "BY": "Minsk",
    "BR": "São Paulo, Rio de Janeiro, Curitiba, Porto Alegre, Belo Horizonte, Brasília", "BG": "Sofia",
    "CA": "Montreal, Toronto, Vancouver, Calgary, Edmonton, Ottawa, Winnipeg, Québec City, Mississauga, Saskatoon, "
          "Gatineau, Newfoundland, Labrador, Cape Breton, Vancouver Island",
    "CH": "Zurich, Geneva, Basel, Bern, Lausanne, Lucerne, Ticino", "CL": "Santiago, Santiago de Chile, Valparaíso",
    "CN": "Beijing, Peking, Shanghai, Shenzhen, Guangzhou, Chengdu, Wuhan, Inner Mongolia, Tibet",
    "CO": "Bogotá, Medellín, Cali", "CU": "Havana", "CY": "Nicosia",
    "CZ": "Prague, Brno, Pilsen, Ostrava, Bohemia, Moravia",
    "DE": "Berlin, Hamburg, Munich, München, Cologne, Köln, Leipzig, Dresden, Stuttgart, Frankfurt, Nuremberg, "
          "Hanover, Hannover, Düsseldorf, Dortmund, Bavaria, Saxony, Lower Saxony, Thuringia, North Rhine-Westphalia",
    "DK": "Copenhagen, København, Aarhus, Odense, Aalborg",
    "DZ": "Algiers", "EC": "Quito", "EG": "Cairo", "EE": "Tallinn, Tartu",
    "ES": "Barcelona, Madrid, Bilbao, Seville, Málaga, Granada, Catalonia, Basque Country, Euskadi, Andalusia, "
          "Canary Islands, Mallorca, Majorca, Ibiza, Tenerife, Balearic Islands, Navarre, Biscay",
    "ET": "Addis Ababa", "FO": "Tórshavn", "GH": "Accra", "GL": "Nuuk",
    "FI": "Helsinki, Tampere, Turku, Oulu, Espoo, Jyväskylä, Lapland",
    "FR": "Paris, Lyon, Marseille, Toulouse, Bordeaux, Nantes, Rennes, Strasbourg, Brittany, Normandy, Corsica, "
          "Alsace, Burgundy, Provence, Savoy",
    "GB": "London, Manchester, Liverpool, Leeds, Sheffield, Bristol, Brighton, Nottingham, Glasgow, Edinburgh, "
          "Cardiff, Belfast, Southampton, Yorkshire, Cornwall, Newcastle upon Tyne, East Anglia, West Midlands, Sussex",
    "GE": "Tbilisi", "JO": "Amman", "KE": "Nairobi",
    "GR": "Athens, Thessaloniki, Crete, Corfu, Rhodes", "HR": "Zagreb, Dalmatia, Istria",
    "HU": "Budapest", "ID": "Jakarta, Bandung, Bali", "IE": "Dublin, Galway, Limerick",
    "IL": "Tel Aviv, Jerusalem, Haifa", "IN": "Mumbai, New Delhi, Delhi, Bangalore, Bengaluru, Kolkata, "
          "Calcutta, Chennai, Bombay",
    "IR": "Tehran", "IS": "Reykjavík, Akureyri", "KZ": "Almaty, Astana", "LK": "Colombo", "MD": "Chisinau",
    "IT": "Rome, Milan, Turin, Bologna, Florence, Venice, Naples, Genoa, Palermo, Sicily, Sardinia, Tuscany, Lombardy, "
          "Piedmont, Apulia, South Tyrol",
    "JP": "Tokyo, Osaka, Kyoto, Nagoya, Yokohama, Sapporo", "KR": "Seoul, Busan", "LB": "Beirut", "LT": "Vilnius",
    "LV": "Riga", "ME": "Podgorica", "MK": "Skopje", "MY": "Kuala Lumpur", "NP": "Kathmandu",
    "MA": "Casablanca, Marrakesh", "MX": "Mexico City, Guadalajara, Monterrey, Baja California",
    "NL": "Amsterdam, Rotterdam, Utrecht, The Hague, Eindhoven, Nijmegen, Tilburg, Groningen, Friesland, "
          "North Holland, South Holland, North Brabant",
    "NO": "Oslo, Bergen, Trondheim, Stavanger, Tromsø, Kristiansand, Notodden",
    "NZ": "Auckland, Christchurch, Dunedin", "PA": "Panama City", "PE": "Lima", "PH": "Manila", "PK": "Karachi, Lahore",
    "PL": "Warsaw, Kraków, Cracow, Wrocław, Gdańsk, Poznań, Łódź, Katowice, Silesia, Pomerania", "PT": "Lisbon, Porto",
    "PF": "Tahiti", "RO": "Bucharest, Cluj-Napoca, Timișoara, Transylvania", "RS": "Belgrade, Novi Sad, Vojvodina",
    "RU": "Moscow, Saint Petersburg, St Petersburg, Siberia", "SA": "Riyadh",
    "SE": "Stockholm, Gothenburg, Göteborg, Malmö, Uppsala, Umeå, Linköping, Örebro, Scania, Skåne",
    "SI": "Ljubljana", "SK": "Bratislava", "TR": "Istanbul, Ankara, Izmir", "TW": "Taipei", "TH": "Bangkok",
    "SY": "Damascus", "TN": "Tunis", "UY": "Montevideo", "UZ": "Tashkent", "VE": "Caracas", "XK": "Pristina",
    "VN": "Hanoi, Saigon, Ho Chi Minh City", "UA": "Kyiv, Kiev, Kharkiv, Lviv, Odesa, Odessa",
    "US": "Los Angeles, San Francisco, San Diego, Oakland, Sacramento, Bay Area, Orange County, New York City, NYC, "
          "Brooklyn, Queens, Manhattan, Long Island, Bronx, Staten Island, Chicago, Boston, Philadelphia, Pittsburgh, "
          "Seattle, Denver, Dallas, Austin, Houston, San Antonio, Atlanta, Savannah, Nashville, Memphis, Miami, "
          "Orlando, Tampa, Detroit, Cleveland, Cincinnati, Minneapolis, Milwaukee, Baltimore, New Orleans, Las Vegas, "
          "Phoenix, Tucson, Salt Lake City, Kansas City, St Louis, Saint Louis, Indianapolis, Washington DC, "
          "New England",
    "ZA": "Johannesburg, Cape Town, Durban, Pretoria",
}  # fmt: skip
"""Cities, islands and regions that texts may have alone: known ones, as their countries have them or in English."""
