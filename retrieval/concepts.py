"""What customers ask about a product, in their words: each concept, the labels it goes by, and what
triggers it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concept:
    """A property of products.

    `labels` are regular expressions for fact labels that state it, best first. `asked` matches a question
    for it. `more` and `less` match words that rank products by it ("heavier", "lightest").
    """

    name: str
    labels: tuple[re.Pattern[str], ...]
    asked: re.Pattern[str]
    more: re.Pattern[str] | None = None
    less: re.Pattern[str] | None = None


def _words(*alternatives: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(alternatives)})\b")


def _concept(name: str, labels: str, asked: str, more: str = "", less: str = "") -> Concept:
    everything = [part for part in (more, less, asked) if part]  # longer triggers first
    return Concept(
        name,
        tuple(re.compile(label) for label in labels.split("|")),
        _words(*everything),
        _words(more) if more else None,
        _words(less) if less else None,
    )


# Order matters only between triggers of the same length: the earlier wins.
CONCEPTS: tuple[Concept, ...] = (
    _concept(
        "price",
        "^price$",
        "prices?|priced|costs?|costing|how much(?: money| cash)? (?:is|are|for)|how much$|how expensive|dollars?|"
        "bucks|(?:what|how much) (?:do|would|will|must|should) i pay|set me back|charge for|going for|worth|"
        "sells? for",
        more="more expensive|most expensive|expensive|dearer|dearest|priciest|pricier",
        less=(
            "cheap|cheaper|cheapest|less expensive|least expensive|lowest price|costs? less|costs? the least|"
            "affordable|most affordable"
        ),
    ),
    _concept(
        "stock",
        "^stock$|availability",
        r"stock|in stock|out of stock|sold out|available|availability|how many (?:\w+ ){0,6}(?:left|have|there)|"
        r"(?:any|some|more) (?:\w+ ){0,6}left|do you (?:still )?(?:have|sell|carry)|have you got|"
        "can i (?:buy|get|order)(?: one| it| them)? (?:today|now)|in store|on the shelf|still sell",
    ),
    _concept(
        "brand",
        "^brand$|manufacturer|maker",
        "brand|manufacturer|maker|"
        "(?:who|which company|what company) (?:makes|make|made|builds|built|produces|manufactures)|made by",
    ),
    _concept(
        "weight",
        "weight",
        "weights?|weighs?|weighing|how heavy|how light|heavy|grams|kilos?|kilograms|ounces|pounds",
        more="heavier|heaviest|weighs? more|weighs? the most",
        less="lighter|lightest|weighs? less|weighs? the least",
    ),
    _concept(
        "battery life",
        "battery life|^battery|runtime|run time",
        "battery|battery life|batteries|run ?time|"
        r"how long (?:\w+ ){0,8}(?:last|lasts|run|runs|play|plays|go|work)|hours of (?:use|play|music|battery)|"
        r"(?:on|per) (?:one|a|a single|1) charge|play ?time|how (?:long|often) (?:\w+ ){0,6}between charges",
        more=(
            "lasts? longer|lasts? longest|lasts? the longest|longer battery(?: life)?|longest battery(?: life)?|"
            "better battery(?: life)?|best battery(?: life)?|runs? longer|more battery"
        ),
        less="shortest battery(?: life)?|worst battery(?: life)?",
    ),
    _concept(
        "charging time",
        "charging time|charge time|charging",
        r"charging time|charge time|(?:how long|time) (?:\w+ ){0,8}(?:charge|charging|recharge)|charges? up|"
        r"recharge|fast charging|how (?:fast|quickly|quick) (?:\w+ ){0,6}(?:charge|charging)|fully charged?|"
        "full charge",
        more="charges? slower|slowest (?:to charge|charging)",
        less="charges? faster|charges? quicker|fastest (?:to charge|charging)",
    ),
    _concept(
        "water resistance",
        "water resistance|weather resistance|water|weather|protection",
        "water ?proof|water ?resistant|water ?resistance|weather ?proof|weather ?resistant|splash ?proof|"
        "rain ?proof|rain|sweat|swim|swimming|shower|splash|splashes|get wet|wet|water|under ?water|dust ?proof|"
        "dust|weather|pool|bath|outdoors?|outside",
    ),
    _concept(
        "screen size",
        "screen size|display size|screen|display",
        r"screen sizes?|screen|display|how (?:big|large|wide) (?:\w+ ){0,6}(?:screen|display|picture)|inches|inch|"
        "diagonal",
        more="(?:bigger|biggest|larger|largest) (?:screen|display|picture)",
        less="(?:smaller|smallest) (?:screen|display|picture)",
    ),
    _concept(
        "dimensions",
        "dimensions|^size$|length|screen size",
        "dimensions?|sizes?|how (?:big|large|small|tall|wide|thick|deep|high)|measurements?|measures?|height|"
        "width|depth|thickness|centimetres?|centimeters?|fit on|fit in|fit into|footprint",
        more="bigger|biggest|larger|largest|wider|widest|taller|tallest|thicker",
        less="smaller|smallest|thinner|thinnest|slimmer|narrower|more compact",
    ),
    _concept(
        "length",
        "^length|cable",
        r"length|how long (?:is|are)(?: the| this| that| your)?(?: \w+){0,4} (?:cable|cord|lead|rope|strip)|"
        r"how long (?:is it|are they)$|metres?|meters?|cord",
        more="longer cable|longest cable",
        less="shorter cable|shortest cable",
    ),
    _concept(
        "noise cancelling",
        "noise cancel",
        r"noise cancel\w*|noise reduction|anc|block(?:s|ing)? (?:out )?(?:\w+ )?(?:noise|sound)s?",
    ),
    _concept(
        "noise",
        "^noise$|noise level",
        "how (?:loud|noisy|quiet)|noise level|noisy|loud|quiet|decibels?|silent|noise",
        more="louder|loudest|noisier|noisiest",
        less="quieter|quietest",
    ),
    _concept(
        "connectivity",
        "connectivity|connection|wireless standard|ports",
        "connect|connects|connected|connection|connectivity|bluetooth|wi ?fi|wireless|pair|pairing|multipoint|"
        "two devices|nfc|5g|4g",
    ),
    _concept(
        "wireless standard",
        "wireless standard|connectivity",
        r"wireless standard|wi ?fi (?:standard|version|\d+)|which wi ?fi|what wi ?fi",
    ),
    _concept(
        "colours",
        "colou?r",
        "colou?rs?|shades?|come in (?:black|white|red|blue|green|grey|gray|pink)|"
        "(?:in|a) (?:black|white|red|blue|green|grey|gray|pink|silver)",
    ),
    _concept(
        "what is in the box",
        "in the box|included",
        "(?:in|inside) the (?:box|package|packet|pack)|comes? with|included?|includes|accessories|get with|"
        "what do i get|come in the box|delivered with|supplied with",
    ),
    _concept(
        "warranty",
        "warranty|guarantee",
        r"warranty|warranties|guaranteed?|guarantee|covered for|how long (?:is|are) (?:\w+ ){0,6}covered",
        more="longer warranty|longest warranty|better warranty",
        less="shorter warranty",
    ),
    _concept(
        "ports",
        "^ports|connectivity",
        r"ports?|sockets?|plug (?:\w+ ){0,3}into|hdmi|usb|usb c|plug ?in|jack|headphone jack|ethernet|thunderbolt|"
        "connectors?|how many (?:outlets|usb)",
    ),
    _concept(
        "works with",
        "works with|compatib|connectivity|apps",
        "works? with|compatible|compatibility|supports?|iphone|android|mac|macbook|windows|linux|alexa|google|"
        "siri|homekit|xbox|playstation|use[ds]? (?:it |them )?with|work on|goes with|fits?",
    ),
    _concept(
        "storage",
        "^storage|capacity",
        "storage|storage space|gigabytes?|gb|terabytes?|tb|disk space|hard drive|ssd|hard disk|"
        "how much (?:space|can it store|room)|memory card|store",
        more="more storage|most storage",
        less="less storage|least storage",
    ),
    _concept(
        "capacity",
        "capacity|^storage",
        r"capacity|how much can|how much (?:\w+ ){0,6}(?:hold|holds|fit|fits)|"
        r"how many (?:\w+ ){0,6}(?:hold|holds|fit|fits|cups?|slices?|litres?|liters?|charges)|litres?|liters?|"
        "holds?|cups?|slices?|milliamp hours?|mah|how many times",
        more="holds? more|holds? the most|bigger capacity|biggest capacity|larger capacity|largest capacity",
        less="holds? less|smaller capacity|smallest capacity",
    ),
    _concept(
        "memory",
        "^memory|^ram",
        "memory|ram",
        more="more memory|most memory|more ram|most ram",
        less="less memory|least memory",
    ),
    _concept(
        "processor",
        "processor|^cpu|chip",
        "processor|cpu|chip|cores?|how fast is the processor",
    ),
    _concept(
        "power",
        "^power$|power output|^watt|power supply|energy use",
        "power|watts?|wattage|how powerful|powerful|strong",
        more="more powerful|most powerful|stronger|strongest",
        less="less powerful|weakest",
    ),
    _concept(
        "power supply",
        "power supply|power source|^power$|battery",
        "power supply|power source|powered(?: by)?|plugged in|run on|mains|what batteries|outlet|solar",
    ),
    _concept(
        "energy use",
        "energy use|energy|power",
        "energy|electricity|energy use|energy consumption|power consumption|use much power|consumption",
    ),
    _concept(
        "resolution",
        "resolution",
        "resolution|pixels?|megapixels?|4k|8k|full hd|sharp|how sharp",
        more="higher resolution|highest resolution|sharper|sharpest",
    ),
    _concept(
        "refresh rate",
        "refresh rate",
        "refresh rate|hertz|hz|frames per second|refresh",
        more="higher refresh rate|highest refresh rate|smoother|smoothest",
    ),
    _concept(
        "panel",
        "panel",
        "panel|oled|lcd|led|ips|kind of screen|type of screen|type of display|screen type",
    ),
    _concept(
        "camera",
        "^camera",
        "cameras?|photos?|pictures?|selfies?|megapixels?",
    ),
    _concept(
        "zoom",
        "zoom",
        "zoom|zoom in",
    ),
    _concept(
        "video",
        "video",
        "videos?|film|filming|record video|record|recording|slow motion",
    ),
    _concept(
        "sound",
        "^sound|speakers",
        "sound|audio|speakers?|dolby|bass",
    ),
    _concept(
        "sim card",
        "sim",
        "sim|sims|sim cards?|dual sim|esim|e sim",
    ),
    _concept(
        "speed",
        "speed",
        "speed|how fast|fast|quick|how quick|how quickly|transfer rate|megabytes per second|top speed",
        more="faster|fastest|quicker|quickest",
        less="slower|slowest",
    ),
    _concept(
        "print speed",
        "print speed|speed",
        r"print speed|pages (?:a|per) minute|how (?:fast|quickly) (?:\w+ ){0,4}prints?|how many pages",
        more="prints? faster|fastest printer",
    ),
    _concept(
        "printing method",
        "printing method|print method",
        "printing method|ink|inkjet|laser|toner|print method|how does it print",
    ),
    _concept(
        "paper size",
        "paper",
        "paper sizes?|paper|a4|a3|letter size",
    ),
    _concept(
        "cost per page",
        "cost per page",
        "costs? (?:per|a|each) page|price (?:per|a) page|page cost|cost to print|running costs?",
        less="cheapest to run",
    ),
    _concept(
        "setup time",
        "set ?up|installation",
        "set ?up|set ?up time|set it up|set them up|install|installing|installation|"
        r"how long (?:\w+ ){0,6}(?:set ?up|install)|mount",
    ),
    _concept(
        "monthly fee",
        "fee|subscription",
        "monthly fee|fees?|subscription|subscribe|monthly|per month|a month|every month|monthly costs?|ongoing costs?",
    ),
    _concept(
        "cleaning",
        "clean",
        "clean|cleaned|cleaning|wash|dish ?washer|washable|easy to clean",
    ),
    _concept(
        "lighting",
        "light",
        "lighting|lights?|lit|rgb|brightness|lumens?|back ?light|back ?lit|glow",
    ),
    _concept(
        "folding",
        "fold",
        "fold|folds|folding|foldable|fold up",
    ),
    _concept(
        "cable",
        "cable",
        "cable|cord|wired|detachable cable",
    ),
    _concept(
        "stand",
        "stand",
        r"stand|tilt|swivel|height adjust\w*|adjustable|wall mount|vesa|rotate",
    ),
    _concept(
        "apps",
        "apps|software",
        "apps?|netflix|streaming|youtube|software|operating system|stream",
    ),
    _concept(
        "health features",
        "health",
        "health|heart rate|heart|blood oxygen|sleep tracking|sleep|steps|"
        "track(?:s|ing)? (?:my |your )?(?:sleep|heart|steps)|ecg|fitness",
    ),
    _concept(
        "location",
        "location|gps",
        "gps|location|navigation|satellite|where (?:my|the) (?:kid|child|children) (?:is|are)",
    ),
    _concept(
        "strap",
        "strap|band",
        "straps?|wrist ?band|band size|what sizes?",
    ),
    _concept(
        "pen support",
        "pen|stylus",
        "pen|stylus|pencil|draw|drawing|write on|pen support",
    ),
    _concept(
        "coverage",
        "coverage|range",
        "coverage|cover|covers|"
        r"how (?:large|big) an? (?:\w+ )?(?:home|house|flat|apartment|area|garden|room|place)|range|how far|"
        r"how much (?:area|space) (?:\w+ ){0,4}cover|reach|square (?:metres|meters|feet)",
        more="further|furthest|wider coverage|longest range",
    ),
    _concept(
        "number of devices",
        "number of devices|devices",
        r"how many (?:\w+ ){0,2}devices|number of devices|how many (?:phones|gadgets|computers)|devices at once",
    ),
    _concept(
        "parental controls",
        "parental|child",
        "parental controls?|parental|kids? safe|child ?proof|block (?:sites|websites)|safe for (?:kids|children)|"
        "controls? for (?:kids|children)",
    ),
    _concept(
        "protection",
        "protection|drop",
        "protection|drop ?proof|shock ?proof|rugged|encryption|encrypted|password|drops?|dropped|tough|security",
    ),
)
