"""Invented members and givers for the demo newspaper: names and addresses, the same for the same seed.

Postcodes use inward codes and districts in a form that exists, but no address here is a real household.
"""

import random

Person = tuple[str, str, str, str, str]
"""Given name, family name, town, postcode, street address line."""

# Each community: its weight, its given names, its family names.
COMMUNITIES: tuple[tuple[int, str, str], ...] = (
    (
        46,
        "Alan Alice Alison Amy Andrew Angela Ann Barbara Barry Beth Brenda Brian Carol Caroline Catherine Charlotte "
        "Christine Claire Colin Daniel David Deborah Denise Derek Diane Donna Dorothy Edward Elaine Elizabeth Emily "
        "Emma Eric Frances Frank Gary Geoffrey George Gillian Glenys Grace Graham Harriet Hazel Heather Helen Hilary "
        "Holly Ian Irene Jack Jacqueline James Jane Janet Janice Jean Jeffrey Jennifer Jessica Joan Joanne John Joyce "
        "Judith Julie June Karen Kathleen Katie Keith Kenneth Kevin Laura Lauren Leah Lesley Linda Lisa Louise Luke "
        "Lynn Malcolm Margaret Marian Marjorie Mark Martin Mary Matthew Maureen Michael Michelle Muriel Nicola Nigel "
        "Norman Olive Oliver Pamela Patricia Paul Pauline Peter Philip Rachel Raymond Rebecca Richard Robert Roger "
        "Ronald Rosemary Roy Ruth Sally Samantha Sandra Sarah Sharon Sheila Simon Sophie Stephen Steven Stuart Susan "
        "Suzanne Sylvia Terence Thomas Tracey Trevor Valerie Vera Veronica Victoria Vincent Wendy William Winifred",
        "Abbott Ackroyd Airey Appleyard Armitage Arkwright Atkinson Bairstow Bamford Barraclough Beaumont Bell Bentley "
        "Birtwistle Blackburn Booth Bradley Broadbent Brook Burrows Butterworth Carr Chadwick Clegg Cooper Crabtree "
        "Crossley Dawson Denton Dewhirst Dobson Dyson Earnshaw Ellis Entwistle Farrar Fawcett Fielding Firth Foster "
        "Garside Gaunt Gill Gledhill Greenwood Haigh Hardcastle Hargreaves Harper Hartley Haworth Hebblethwaite Heaton "
        "Hepworth Hinchliffe Holdsworth Holroyd Horsfall Howarth Ingham Jagger Jessop Kaye Kenyon Kershaw Lister Lomax "
        "Longbottom Lumb Marsden Mellor Metcalfe Micklethwaite Midgley Milner Mitchell Moorhouse Murgatroyd Naylor "
        "Nettleton Nuttall Oldroyd Ogden Parkin Pickles Pilling Platt Priestley Ramsden Rawnsley Redfearn Rhodes "
        "Robertshaw Rushworth Schofield Shackleton Sharp Shaw Sowerby Spencer Stansfield Sugden Sutcliffe Swales Sykes "
        "Taylor Tempest Thackray Thornton Thwaites Tordoff Uttley Varley Waddington Wadsworth Wainwright Walker "
        "Whiteley Whitworth Wilcock Womersley Woodhead Wray Yates",
    ),
    (
        11,
        "Agnes Ailsa Alasdair Angus Archie Calum Catriona Craig Donald Dougal Duncan Eilidh Elspeth Euan Ewan Fiona "
        "Fraser Gordon Gregor Hamish Iain Innes Isla Isobel Jamie Kirsty Lorna Mairi Malcolm Moira Morag Neil Niall "
        "Rhona Rory Ross Ruaridh Senga Shona Sheena",
        "Abercrombie Baird Begbie Buchanan Cairns Cameron Carmichael Colquhoun Dalgleish Drummond Dunbar Farquharson "
        "Fergusson Galbraith Gilchrist Gillespie Haldane Innes Kerr Laidlaw Lamont MacAskill MacDonald MacInnes "
        "Mackay MacLennan MacLeod Macpherson McAllister McCulloch McGregor McIntyre McKechnie Menzies Muir Munro "
        "Ogilvie Paterson Rennie Sinclair Strachan Telfer Urquhart Wishart",
    ),
    (
        9,
        "Alun Angharad Bethan Bronwen Carwyn Ceri Delyth Dilys Dylan Eirlys Elin Emrys Emyr Ffion Gareth Geraint Glyn "
        "Gwen Gwilym Gwyneth Haf Huw Ieuan Ifor Iwan Lowri Mair Megan Menna Meirion Nerys Nia Owain Rhian Rhodri Rhys "
        "Sian Sioned Tegwen Wyn",
        "Bebb Beynon Bowen Cadwallader Davies Edwards Ellis Evans Gittins Griffiths Gwynne Harries Howells Hughes "
        "Humphreys Jenkins Jones Lewis Llewellyn Lloyd Morgan Mostyn Owen Parry Penry Powell Price Probert Prosser "
        "Pugh Rees Roberts Thomas Tudor Vaughan Watkins Williams Wynne",
    ),
    (
        7,
        "Aidan Aisling Aoife Bernadette Brendan Bridget Ciara Ciaran Colm Conor Declan Dermot Eamonn Eileen Fergal "
        "Finbar Gerard Grainne Kieran Liam Maeve Noreen Orla Padraig Patrick Roisin Sean Siobhan Theresa Una",
        "Brady Brennan Byrne Callaghan Cassidy Coyle Cullen Devlin Doherty Donnelly Dooley Farrell Finnegan Flanagan "
        "Gallagher Hennessy Keane Kearney Lafferty Maguire McCann McGinley McKenna Mulligan Murphy Nolan O\u2019Brien "
        "O\u2019Connor O\u2019Hara Quigley Quinn Rafferty Reilly Scanlon Sweeney Tierney",
    ),
    (
        12,
        "Aamir Abdul Adeel Aisha Amina Amjad Anila Arshad Asif Ayesha Bilal Bushra Faisal Farah Farhana Farida Fatima "
        "Hamza Haroon Hina Imran Iqra Javed Khadija Mahmood Maryam Mohammed Nadia Nasreen Parveen Rabia Razia Rukhsana "
        "Saima Sajid Salma Samina Shabana Shazia Tahir Tariq Usman Yasmin Yusuf Zahida Zainab",
        "Ahmed Akhtar Ali Anwar Ashraf Aslam Aziz Bashir Bhatti Butt Chaudhry Choudhury Dar Farooq Ghani Hussain Iqbal "
        "Islam Jabeen Kausar Khan Khatun Latif Mahmood Malik Miah Mirza Mughal Nawaz Qureshi Rafiq Rahman Rashid Raza "
        "Riaz Saddiq Shah Shaikh Siddiqui Uddin Yaqub Yousaf Zaman",
    ),
    (
        6,
        "Amar Amrit Anil Arjun Bhavna Deepak Dipti Gurpreet Harbhajan Harjit Hema Jagdish Jaspal Jyoti Kamal Kiran "
        "Kulwinder Lakshmi Manjit Meena Mohan Nisha Parminder Pooja Pritpal Rajesh Ranjit Sanjay Satnam Sunita Suresh "
        "Surinder Usha Vijay",
        "Bains Bhatt Bhogal Chauhan Dhaliwal Dhillon Gill Grewal Iyer Johal Joshi Kapoor Kaur Krishnan Kumar Lal "
        "Mistry Nair Panesar Parmar Patel Rai Raman Reddy Sandhu Shah Sharma Sidhu Singh Sohal Thakur Trivedi Varma",
    ),
    (
        7,
        "Abena Adaeze Ade Adwoa Ama Blessing Bola Chidi Chinwe Delroy Dionne Efua Emeka Esi Femi Funmi Gloria Ifeoma "
        "Jermaine Kemi Kofi Kwame Leroy Marcia Marvin Mavis Ngozi Nkechi Obinna Olu Patience Precious Segun Shanice "
        "Sonia Tendai Tunde Winston Yaa Yvonne",
        "Achebe Addo Adebayo Adeyemi Agyeman Appiah Asante Bailey Boateng Brathwaite Campbell Chikwanha Clarke Danso "
        "Eze Francis Gayle Grant Henry Ibrahim Kamara Lawal Mensah Moyo Ncube Nwosu Obi Ofori Okafor Okeke Okonkwo "
        "Osei Owusu Oyelaran Plummer Reid Sesay Thompson Williams Wright",
    ),
    (
        5,
        "Agnieszka Andrei Andrzej Beata Bogdan Cristina Dariusz Dorota Elena Ewa Grzegorz Halina Ioana Iwona Jolanta "
        "Katarzyna Krzysztof Laima Magda Malgorzata Marek Mihai Monika Pawel Piotr Radu Tomasz Valentina Wojciech "
        "Zofia",
        "Adamczyk Balan Dabrowski Dudek Gorski Ionescu Jankauskas Kaminski Kowalczyk Kowalski Kozlowski Lis Mazur "
        "Munteanu Nowak Ozols Pawlak Petrescu Popa Rusu Stan Szymanski Wilk Wojcik Zajac Zielinski",
    ),
    (
        4,
        "Antonio Carmen Chi Daniela Emre Farshid Giulia Haruko Hassan Isabel Jun Leila Lin Marta Mei Min Omar Paolo "
        "Reza Samira Sofia Teresa Tuan Wai Yusra Zeynep",
        "Abdi Amini Bui Chan Cheung Costa Demir Ferrari Garcia Haddad Ho Hosseini Kaya Lam Lau Lopez Mohamud Nguyen "
        "Osman Pereira Rossi Santos Suzuki Tran Wong Yildiz",
    ),
)

# Town, its postcode districts, and how many readers it has beside the others.
TOWNS: tuple[tuple[str, str, int], ...] = (
    ("Leeds", "LS4 LS5 LS6 LS7 LS8 LS9 LS11 LS12 LS13 LS28", 14),
    ("Bradford", "BD2 BD3 BD5 BD7 BD8 BD9 BD18", 7),
    ("Sheffield", "S2 S5 S6 S7 S8 S10 S11 S35", 9),
    ("Hull", "HU3 HU5 HU6 HU8 HU9", 6),
    ("Huddersfield", "HD1 HD3 HD4 HD5 HD7", 5),
    ("Halifax", "HX1 HX2 HX3", 4),
    ("Hebden Bridge", "HX7", 3),
    ("Todmorden", "OL14", 2),
    ("Wakefield", "WF1 WF2 WF4", 4),
    ("Rotherham", "S60 S61 S65", 3),
    ("Barnsley", "S70 S71 S75", 3),
    ("Doncaster", "DN1 DN2 DN4", 3),
    ("York", "YO10 YO24 YO31", 3),
    ("Skipton", "BD23", 1),
    ("Scarborough", "YO11 YO12", 2),
    ("Manchester", "M8 M14 M16 M19 M20 M21 M40", 8),
    ("Oldham", "OL1 OL4 OL8", 2),
    ("Rochdale", "OL11 OL12", 2),
    ("Bolton", "BL1 BL3", 2),
    ("Preston", "PR1 PR2", 2),
    ("Lancaster", "LA1", 2),
    ("Liverpool", "L4 L8 L13 L15 L17 L18", 6),
    ("Newcastle upon Tyne", "NE2 NE4 NE5 NE6", 4),
    ("Sunderland", "SR2 SR4", 2),
    ("Durham", "DH1", 1),
    ("Middlesbrough", "TS4 TS5", 2),
    ("Carlisle", "CA1 CA2", 1),
    ("Workington", "CA14", 1),
    ("Glasgow", "G12 G20 G31 G41 G42 G51", 6),
    ("Edinburgh", "EH6 EH7 EH11 EH16", 4),
    ("Dundee", "DD2 DD3", 2),
    ("Aberdeen", "AB24 AB25", 1),
    ("Kilmarnock", "KA1 KA3", 1),
    ("Inverness", "IV2 IV3", 1),
    ("Cardiff", "CF11 CF14 CF24", 4),
    ("Swansea", "SA1 SA2 SA6", 3),
    ("Wrexham", "LL11 LL13", 1),
    ("Bangor", "LL57", 1),
    ("Birmingham", "B11 B13 B14 B28 B30", 5),
    ("Coventry", "CV2 CV5", 2),
    ("Leicester", "LE2 LE3 LE5", 3),
    ("Nottingham", "NG3 NG5 NG7", 3),
    ("Derby", "DE1 DE22", 2),
    ("Stoke-on-Trent", "ST1 ST4", 2),
    ("Bristol", "BS3 BS5 BS7", 3),
    ("Norwich", "NR2 NR3", 2),
    ("Brighton", "BN1 BN2", 2),
    ("Exeter", "EX1 EX4", 1),
    ("Plymouth", "PL3 PL4", 1),
    ("London", "E5 E11 E17 N4 N15 N22 SE4 SE14 SE15 SW9 NW5 W3", 9),
)

STREETS = (
    "Albert Albion Alma Ash Bank Beech Bellevue Brook Cardigan Cemetery Chapel Cromwell Delph Dock Elm Factory "
    "Foundry Garibaldi Gasworks Gordon Grange Hawthorn Hill Holly Inkerman Ivy Jubilee Kiln Lime Linden Lock Mafeking "
    "Mill Nelson North Oak Park Peel Priory Providence Quarry Railway Raglan Reservoir Rope Rowan Salem School Spring "
    "Station Tanner Tenter Union Vicarage Victoria Walnut Waterloo Wellington Weaver West Zion"
)
STREET_KINDS = ("Street",) * 6 + ("Road",) * 6 + ("Terrace",) * 4 + ("Avenue",) * 3 + ("Lane", "Grove", "View", "Close")
HOUSE_NAMES = (
    "The Old Forge",
    "Weaver\u2019s Cottage",
    "Bramble House",
    "Lock Keeper\u2019s Cottage",
    "Sunny Bank",
    "Ty Gwyn",
)
INWARD_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def _address(rng: random.Random) -> str:
    street = f"{rng.choice(STREETS.split())} {rng.choice(STREET_KINDS)}"
    kind = rng.random()
    if kind < 0.14:
        return f"Flat {rng.randint(1, 24)}, {rng.randint(1, 180)} {street}"
    if kind < 0.18:
        return f"{rng.choice(HOUSE_NAMES)}, {street}"
    if kind < 0.22:
        return f"{rng.randint(1, 90)}{rng.choice('AB')} {street}"
    return f"{rng.randint(1, 160)} {street}"


def names(count: int, seed: int) -> list[Person]:
    """Invent this many people, no two with the same full name."""
    rng = random.Random(seed)
    weights = [weight for weight, _, _ in COMMUNITIES]
    readers = [number for _, _, number in TOWNS]
    pools = [(given.split(), family.split()) for _, given, family in COMMUNITIES]
    found: dict[tuple[str, str], Person] = {}
    while len(found) < count:
        own = rng.choices(range(len(pools)), weights)[0]
        other = rng.choices(range(len(pools)), weights)[0] if rng.random() < 0.12 else own
        given, family = rng.choice(pools[own][0]), rng.choice(pools[other][1])
        if rng.random() < 0.03:
            second = rng.choice(pools[0][1])
            family = family if family == second else f"{family}-{second}"
        town, districts, _ = rng.choices(TOWNS, readers)[0]
        inward = f"{rng.randint(1, 9)}{rng.choice(INWARD_LETTERS)}{rng.choice(INWARD_LETTERS)}"
        postcode = f"{rng.choice(districts.split())} {inward}"
        found.setdefault((given, family), (given, family, town, postcode, _address(rng)))
    return list(found.values())
