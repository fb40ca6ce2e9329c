"""Artists and titles in languages other than English, and where they come from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scene:
    """The artists and album titles of one country or language."""

    places: tuple[str, ...]
    artists: tuple[str, ...]
    titles: tuple[str, ...]


def scene(places: str, artists: str, titles: str) -> Scene:
    """Each argument is a list separated by semicolons."""
    return Scene(*(tuple(word.strip() for word in words.split(";")) for words in (places, artists, titles)))


SCENES = (
    scene(
        "Oslo, Norway; Bergen, Norway; Trondheim, Norway; Notodden, Norway; Norway",
        "Vinterlys; Fjellgard; Nordavind; Sølvskog; Havsus; Ingvild Brekke; Tåkeheim; Den Siste Bølgen; Skumring",
        "Der elva sover; Mellom to tider; Ask og rim; Stillhetens arkitektur; Nattverk; Fjorden husker; Bortenfor; "
        "Lys over myra; Sju steiner; Hjemløs himmel; Aldri samme snø; Vardebrann",
    ),
    scene(
        "Stockholm, Sweden; Gothenburg, Sweden; Umeå, Sweden; Sweden; Malmö, Sweden",
        "Skymningsverket; Älvdans; Järnhimmel; Klockriket; Astrid Hallonqvist; Mörkvatten; Sju Skepp; Tranströmmen",
        "Där skogen tar slut; Glömskans brev; Kartor över ingenting; Under isen; Vinterns sista tåg; Aska & honung; "
        "Ljusår; Nio nätter; Sömnlös stad; Ödelandet",
    ),
    scene(
        "Helsinki, Finland; Tampere, Finland; Oulu, Finland; Joensuu, Finland",
        "Kuun Varjo; Hiljainen Meri; Routa; Pohjantuuli; Tuhkapuu; Yönsilmä; Aaltojen Yö",
        "Syvyyden laulu; Metsän muisti; Ikijää; Kaukana kotoa; Viimeinen valo; Tähtisumu; Seitsemän järveä; Lumen alla",
    ),
    scene(
        "Reykjavík, Iceland; Akureyri, Iceland; Iceland",
        "Hrafnaþing; Ljósvöllur; Þokuljóð; Öskufall; Jökulrödd; Sólheimar; Djúpið",
        "Undir jöklinum; Vetrarbraut; Þögnin á milli; Eldur og salt; Síðasta sumarið; Norðurljósabók; "
        "Í auga stormsins; Steinn sem syngur",
    ),
    scene(
        "Warsaw, Poland; Kraków, Poland; Wrocław, Poland; Gdańsk, Poland; Poznań, Poland; Łódź, Poland",
        "Cisza Nocna; Ołowiane Niebo; Szklany Las; Wędrowiec; Żelazna Brama; Zofia Wierzba; Księżycowy Port; "
        "Śnieżny Szlak; Drugi Brzeg",
        "Mapa ciszy; Za ostatnim mostem; Światło w popiele; Siedem rzek; Zanim nadejdzie śnieg; Między falami; "
        "Pamięć wody; Dom bez okien; Łuna; Ciężar powietrza; Gwiazdozbiór; Śpiące wieże",
    ),
    scene(
        "Tokyo, Japan; Osaka, Japan; Kyoto, Japan; Sapporo, Japan; Fukuoka, Japan",
        "月光機械; Kagerou Engine; 雨の図書館; Hoshizora Orchestra; 灰色の森; Akane Mori; 透明な塔; Yoake Theory",
        "夜明けの地図; 静寂の海; 十三番目の月; 失われた季節; Kaze no Denwa; 螺旋階段; Mugen Kairou; "
        "遠い雷; 硝子の庭; 無重力",
    ),
    scene(
        "Madrid, Spain; Barcelona, Spain; Sevilla, Spain; Bilbao, Spain; Valencia, Spain",
        "Los Astrónomos; Marea Negra; Cielo de Hierro; La Ciudad Dormida; Inés Valdovinos; Última Órbita; Niebla Solar",
        "El jardín de las mareas; Cartas al vacío; Nueve lunas de sal; Sombra y ceniza; Donde duerme el trueno; Éxodo; "
        "La memoria del agua; Corazón de ámbar; Geometría del silencio",
    ),
    scene(
        "Mexico City, Mexico; Guadalajara, Mexico; Monterrey, Mexico; Buenos Aires, Argentina; Córdoba, Argentina; "
        "Santiago, Chile; Valparaíso, Chile; Bogotá, Colombia; Lima, Peru",
        "Obsidiana; Viento Sur; Telar; Cordillera; Nahual Eléctrico; Ceniza Roja; Los Días Impares; Xóchitl Marín; "
        "Pampa Estelar; Río Subterráneo",
        "Volver al volcán; Siete puertas; Desierto interior; La noche más larga; Ecos de Atacama; Raíces; Quinto sol; "
        "Tierra de nadie; El último faro; Máquina de lluvia; Laberinto; Canto de piedra",
    ),
    scene(
        "Paris, France; Lyon, France; Nantes, France; Toulouse, France; Québec City, Canada; Montréal, Canada; "
        "Brussels, Belgium",
        "Les Marées Noires; Éclipse Totale; L'Horlogerie; Nuit Boréale; Verre & Cendre; Maëlle Corbier; "
        "Le Jardin d'Hiver; Théorème; Cathédrale Engloutie",
        "L'heure des loups; Sous la peau du fleuve; Mille soleils froids; La chute des anges ordinaires; Éphémérides; "
        "Le poids du ciel; Nocturnes pour machines; Ce que la mer a pris; Vertiges; Crépuscule; Fièvre blanche",
    ),
    scene(
        "Berlin, Germany; Hamburg, Germany; Leipzig, Germany; Cologne, Germany; Vienna, Austria; Zürich, Switzerland",
        "Nachtflug; Gläserner Wald; Sternwarte; Eisenlicht; Die Stille Kammer; Lichtjahre; Wintermaschine; Fährmann",
        "Atlas der Stille; Zwischen den Gezeiten; Letzter Schnee; Uhrwerk; Der lange Weg zurück; Schattenriss; "
        "Unter fremden Sternen; Fernweh; Über den Dächern",
    ),
    scene(
        "Rome, Italy; Milan, Italy; Bologna, Italy; Turin, Italy; Naples, Italy; Genoa, Italy",
        "Il Teatro del Sale; La Macchina di Luce; Orme d'Inverno; Specchio; Luna Storta; Elettra Bassani; "
        "Officina Celeste",
        "Il giardino capovolto; Mare interno; Dodici finestre; La città invisibile; Ombra lunga; Sogni di carta; "
        "Notturno in sette; Il peso della luce",
    ),
    scene(
        "São Paulo, Brazil; Porto Alegre, Brazil; Belo Horizonte, Brazil; Lisbon, Portugal; Porto, Portugal",
        "Maré Alta; Sertão Cósmico; Névoa; Torre de Marfim; Os Navegantes; Estação Final; Raiz & Relâmpago",
        "Constelação do sul; O tempo e a pedra; Horizonte de vidro; Canções para o abismo; Madrugada; Órbita; "
        "A última travessia; Saudade elétrica",
    ),
    scene(
        "Athens, Greece; Thessaloniki, Greece",
        "Σκιά; Αργοναύτες; Aegean Static",
        "Λαβύρινθος; Ο δρόμος της στάχτης; Κάτω από τη θάλασσα; Νύχτα χωρίς τέλος",
    ),
    scene(
        "Istanbul, Turkey; Ankara, Turkey",
        "Anatolian Drift; Üçüncü Ay; Kuzgun",
        "Sessiz Deniz; Gece Yarısı Haritası; Külden Şehir; Rüzgârın Adı",
    ),
    scene("Budapest, Hungary; Pécs, Hungary", "Hajnalcsillag; Ködváros", "Tizenkét híd; Árnyékfény; Őszi tükör"),
    scene(
        "Prague, Czechia; Brno, Czechia", "Zimní Zahrada; Hodinář; Tichá Řeka", "Stín řeky; Dům ze soli; Půlnoční atlas"
    ),
    scene("Kyiv, Ukraine; Lviv, Ukraine", "Зоряний Степ; Тиша", "Між світами; Попіл і мед; Дев'ять мостів"),
    scene(
        "Utrecht, Netherlands; Eindhoven, Netherlands; Ghent, Belgium",
        "Lichtval; De Stille Vloot; Noorderstroom",
        "Laagland; Het geheugen van water; Zeven torens; De langste nacht",
    ),
    scene(
        "Copenhagen, Denmark; Aarhus, Denmark",
        "Mørkerum; Havblik; Sølvfugl",
        "Nattens arkitekt; Glemte rum; Vinterhjerte; Syv slags tavshed",
    ),
    scene(
        "Seoul, South Korea; Busan, South Korea",
        "달의 정원; 검은 파도; Haneul Machine",
        "밤의 지도; 유리의 계절; 먼 바다; Namsan Nocturne",
    ),
    scene(
        "Mumbai, India; Bengaluru, India; Kolkata, India",
        "Monsoon Theorem; Raga Machine; Indus Array; Leela Bhattacharya",
        "Nine Monsoons; Tala; Mandala Engine; Sandalwood; Salt Road; Rain Over Howrah",
    ),
    scene(
        "Taipei, Taiwan; Jakarta, Indonesia; Tel Aviv, Israel; Beirut, Lebanon; Tallinn, Estonia",
        "山霧; Wayang Static; Negev Signal; Cedar & Static; Udu",
        "Letters from the Dead Sea; Gunung; Terraces; Long Shadow, Short Day; Lamplight",
    ),
)
