"""What shops export, written after the formats' documentation, read by the plain command without a map."""

from collections.abc import Callable
from pathlib import Path

import pytest

from retrieval.document import Document
from retrieval.ingestion.intake import read_sources
from retrieval.ingestion.rows.rejection import Rejected
from retrieval.ingestion.sources import Source, sources_in

Export = Callable[[str, str], "Imported"]


class Imported:
    """A file that was read: its documents by id, how its columns were taken, and what was left out."""

    def __init__(self, path: Path) -> None:
        self.rejected: list[Rejected] = []
        (self.source,) = sources_in([path])
        self.documents = {document.id: document for document in read_sources([self.source], self.rejected.append)}

    def facts(self, document_id: str) -> dict[str, str]:
        return {fact.label: fact.text for fact in self.documents[document_id].facts}

    def columns(self) -> dict[str, str]:
        assert self.source.reading
        return dict(self.source.reading.columns)

    def first(self) -> Document:
        return next(iter(self.documents.values()))


@pytest.fixture
def export(tmp_path: Path) -> Export:
    def write(name: str, text: str) -> Imported:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return Imported(path)

    return write


MUGS = """\
sku,name,description,price,colour,weight,material,stock
MUG-1,Zebra Mug,A striped stoneware mug for tea,5.00,black and white,340 g,stoneware,12
MUG-2,Giraffe Mug,A tall spotted mug,6.50,yellow,380 g,porcelain,0
"""


def test_a_plain_table(export: Export) -> None:
    mugs = export("mugs.csv", MUGS)
    assert mugs.rejected == []
    assert mugs.facts("product:MUG-1") == {
        "price": "$5", "stock": "12 in stock", "colour": "black and white", "weight": "340 grams",
        "material": "stoneware",
    }  # fmt: skip


# https://help.shopify.com/en/manual/products/import-export/using-csv
SHOPIFY = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Option2 Name,\
Option2 Value,Variant SKU,Variant Grams,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,\
Variant Price,Variant Compare At Price,Variant Requires Shipping,Variant Barcode,Image Src,Image Position,\
SEO Title,Variant Weight Unit,Cost per item,Status
savanna-shirt,Savanna Shirt,"<p>A light &amp; soft shirt.</p>",Oak & Co,Apparel > Tops,Shirt,"summer, cotton",true,\
Size,M,Colour,green,TS-M,180,shopify,3,deny,19.90,25.00,true,,https://cdn.example/a.jpg,1,,g,8.00,active
savanna-shirt,,,,,,,,,L,,green,TS-L,200,shopify,0,deny,21.90,25.00,true,,https://cdn.example/b.jpg,2,,g,8.00,
savanna-shirt,,,,,,,,,,,,,,,,,,,,,https://cdn.example/c.jpg,3,,,,
zebra-mug,Zebra Mug,,Oak & Co,Home > Kitchen,Mug,,true,Title,Default Title,,,MUG-1,340,shopify,12,deny,5.00,,true,\
0012345,https://cdn.example/d.jpg,1,,g,1.00,active
"""


def test_shopify_rows_that_share_a_handle_are_one_product(export: Export) -> None:
    shop = export("products_export.csv", SHOPIFY)
    assert (shop.rejected, list(shop.documents)) == ([], ["product:savanna-shirt", "product:zebra-mug"])
    shirt = shop.documents["product:savanna-shirt"]
    assert (shirt.title, shirt.brand, shirt.category, shirt.text) == (
        "Savanna Shirt", "Oak & Co", "Apparel > Tops", "A light & soft shirt.",
    )  # fmt: skip
    facts = shop.facts("product:savanna-shirt")
    assert (facts["price"], facts["stock"], facts["Size"]) == ("$19.90 to $21.90", "3 in stock", "M, L")
    assert (facts["price in M"], facts["price in L"], facts["stock in L"]) == ("$19.90", "$21.90", "out of stock")
    assert facts["weight"] == "180 grams, 200 grams"
    assert shop.facts("product:zebra-mug")["price"] == "$5"
    assert "Title" not in shop.facts("product:zebra-mug")
    assert shop.columns()["Cost per item"].startswith("unused: what the shop itself pays")
    assert shop.columns()["Image Src"].startswith("unused: addresses")


# https://woocommerce.com/document/product-csv-importer-exporter/
WOO = """\
ID,Type,SKU,Name,Published,"Is featured?","Visibility in catalog","Short description",Description,\
"Tax status","In stock?",Stock,"Weight (kg)","Length (cm)","Sale price","Regular price",Categories,Tags,Images,\
Parent,"Attribute 1 name","Attribute 1 value(s)","Attribute 1 visible","Attribute 1 global"
44,variable,HOOD,Hoodie,1,0,visible,"Warm hoodie",A warm hoodie for cold days.,taxable,1,,1.5,10,,,\
"Clothing > Hoodies, Clothing",winter,https://shop.example/h.jpg,,Color,"Blue, Red",1,1
45,variation,HOOD-B,Hoodie - Blue,1,0,visible,,,taxable,1,4,1.5,,45,50,,,,HOOD,Color,Blue,,1
46,variation,HOOD-R,Hoodie - Red,1,0,visible,,,taxable,0,0,1.5,,,50,,,,id:44,Color,Red,,1
50,simple,CAP,Cap,1,0,visible,,A cap.,taxable,1,9,0.1,20,,"12,50",Clothing > Caps,,https://shop.example/c.jpg,,,,,
"""


def test_woocommerce_variations_join_their_parent(export: Export) -> None:
    shop = export("wc-product-export.csv", WOO)
    assert (shop.rejected, list(shop.documents)) == ([], ["product:HOOD", "product:CAP"])
    hoodie, facts = shop.documents["product:HOOD"], shop.facts("product:HOOD")
    assert (hoodie.title, hoodie.category, hoodie.text) == (
        "Hoodie", "Clothing > Hoodies", "A warm hoodie for cold days.",
    )  # fmt: skip
    assert (facts["price"], facts["stock"], facts["Color"]) == ("$45 to $50", "4 in stock", "Blue, Red")
    assert (facts["price in Blue"], facts["stock in Red"], facts["weight"]) == ("$45", "out of stock", "1.5 kilograms")
    assert (shop.facts("product:CAP")["price"], shop.facts("product:CAP")["length"]) == ("$12.50", "20 centimetres")


# https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-product
MAGENTO = """\
sku,store_view_code,attribute_set_code,product_type,categories,product_websites,name,description,short_description,\
weight,product_online,tax_class_name,visibility,price,special_price,url_key,meta_title,created_at,qty,is_in_stock,\
additional_attributes,configurable_variations
MH01-XS,,Top,simple,"Default Category/Men/Tops,Default Category/Men",base,Chaz Hoodie-XS,,,0.5,1,Goods,\
Not Visible Individually,52.00,,chaz-xs,,"2026-01-02 10:11:12",10,1,"color=Black,size=XS",
MH01-S,,Top,simple,"Default Category/Men/Tops",base,Chaz Hoodie-S,,,0.5,1,Goods,Not Visible Individually,54.00,,chaz-s,\
,"2026-01-02 10:11:12",0,0,"color=Black,size=S",
MH01,,Top,configurable,"Default Category/Men/Tops",base,Chaz Hoodie,<p>Warm.</p>,Short,,1,Goods,"Catalog, Search",,,\
chaz,,"2026-01-02 10:11:12",0,1,"material=Fleece|Cotton,pattern=Solid","sku=MH01-XS,size=XS|sku=MH01-S,size=S"
MUG,,Default,simple,Default Category/Home,base,Zebra Mug,A mug.,,0.3,1,Goods,"Catalog, Search",5.00,4.00,mug,,\
"2026-01-02 10:11:12",3,1,activity=Tea,
"""


def test_magento_simple_products_join_their_configurable_one(export: Export) -> None:
    shop = export("catalog_product.csv", MAGENTO)
    assert (shop.rejected, list(shop.documents)) == ([], ["product:MH01", "product:MUG"])
    hoodie, facts = shop.documents["product:MH01"], shop.facts("product:MH01")
    assert (hoodie.title, hoodie.category, hoodie.text) == ("Chaz Hoodie", "Men > Tops", "Warm.")
    assert (facts["price"], facts["size"], facts["material"]) == ("$52 to $54", "XS, S", "Fleece, Cotton")
    assert (facts["price in XS"], facts["stock in S"]) == ("$52", "out of stock")
    assert shop.facts("product:MUG")["price"] == "$4"


# https://support.google.com/merchants/answer/7052112
GOOGLE_TSV = """\
id\ttitle\tdescription\tlink\timage_link\tavailability\tprice\tsale_price\tbrand\tgtin\tgoogle_product_category\t\
product_type\titem_group_id\tcolor\tsize\tshipping_weight
A1\tSavanna Shirt Green M\tA light shirt\thttps://s.example/a\thttps://s.example/a.jpg\tin_stock\t19.90 EUR\t\tOak\t\
4006381333931\t212\tClothing > Shirts\tSHIRT\tgreen\tM\t0.2 kg
A2\tSavanna Shirt Green L\tA light shirt\thttps://s.example/b\thttps://s.example/b.jpg\tout_of_stock\t21.90 EUR\t\t\
Oak\t4006381333948\t212\tClothing > Shirts\tSHIRT\tgreen\tL\t0.2 kg
M1\tZebra Mug\tA mug\thttps://s.example/m\thttps://s.example/m.jpg\tin stock\t5.00 EUR\t4.00 EUR\tOak\t\t\
Home > Mugs\tHome > Mugs\t\t\t\t
"""


def test_google_merchant_rows_of_one_item_group_are_one_product(export: Export) -> None:
    shop = export("feed.txt", GOOGLE_TSV)
    assert (shop.rejected, list(shop.documents)) == ([], ["product:SHIRT", "product:M1"])
    facts = shop.facts("product:SHIRT")
    assert shop.documents["product:SHIRT"].title == "Savanna Shirt Green"
    assert (facts["price"], facts["stock"], facts["size"], facts["color"]) == (
        "€19.90 to €21.90", "in stock", "M, L", "green",
    )  # fmt: skip
    assert (facts["price in M"], facts["stock in L"]) == ("€19.90", "out of stock")
    assert (shop.facts("product:M1")["price"], shop.documents["product:M1"].category) == ("€4", "Home > Mugs")


AMAZON = """\
uniq_id,ASIN,Product Title,Brand Name,Breadcrumbs,Selling Price,Quantity,Average Rating,Number of Reviews,\
About This Item,Product Details,Item Weight,Is Prime,Product URL,Crawl Timestamp
a1,B0001,"Kettle ""Pro"", 1.7 l",Brook,Home|Kitchen|Kettles,"$1,299.00",3,4.5 out of 5 stars,"1,234",\
Boils fast | Quiet,"{'Wattage': '2200 W', 'Colour': 'Steel'}",1.2 pounds,Y,https://a.example/1,2026-01-02 10:00:00 +0000
a2,B0002,Mug,N/A,Home|Kitchen,From $5,N/A,-,,,{},none,N,https://a.example/2,2026-01-02 10:00:00 +0000
"""


def test_a_table_as_amazon_sellers_have_it(export: Export) -> None:
    shop = export("listing.csv", AMAZON)
    assert shop.rejected == []
    kettle, mug = shop.documents.values()
    assert (kettle.title, kettle.brand, kettle.category) == (
        'Kettle "Pro", 1.7 l', "Brook", "Home > Kitchen > Kettles",
    )  # fmt: skip
    facts = shop.facts(kettle.id)
    assert (facts["price"], facts["rating"]) == ("$1,299", "4.5 out of 5 by 1,234 customers")
    assert (facts["Wattage"], facts["item weight"], facts["is prime"]) == ("2200 watts", "1.2 pounds", "yes")
    assert shop.facts(mug.id) == {"price": "$5", "is prime": "no"}


GERMAN = """\
Artikelnummer;Bezeichnung;Marke;Warengruppe;Preis (EUR);Lagerbestand;Gewicht (kg);Farbe;EK netto;Spülmaschinenfest
A-1;Becher „Zebra“;Oak;Küche > Becher;1.299,50;3;0,34;schwarz;500,00;ja
A-2;Tasse;k.A.;Küche;ab 5,00 €;0;1,5;–;2,00;nein
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_table_in_german_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "artikel.csv"
    path.write_bytes(GERMAN.replace("–", "-").encode(encoding))
    shop = Imported(path)
    assert shop.rejected == []
    first, second = shop.documents.values()
    assert (first.id, first.title, first.brand, first.category) == (
        "product:A-1", "Becher „Zebra“", "Oak", "Küche > Becher",
    )  # fmt: skip
    assert shop.facts(first.id) == {
        "price": "€1,299.50", "stock": "3 in stock", "gewicht": "0.34 kilograms", "farbe": "schwarz",
        "spülmaschinenfest": "yes",
    }  # fmt: skip
    assert (second.brand, shop.facts(second.id)["price"]) == ("", "€5")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("referencia;nombre;precio;existencias;color", "R1;Taza;5,50;3;rojo"),
        ("référence;désignation;prix TTC;quantité en stock;couleur", "R1;Taza;5,50;3;rojo"),
        ("codice;nome prodotto;prezzo;giacenza;colore", "R1;Taza;5,50;3;rojo"),
        ("artikelcode|productnaam|verkoopprijs|voorraad|kleur", "R1|Taza|5,50|3|rojo"),
        ("kod produktu;nazwa;cena;stan magazynowy;kolor", "R1;Taza;5,50;3;rojo"),
        ("varenr;produktnavn;pris;lagerantal;farve", "R1;Taza;5,50;3;rojo"),
    ],
)
def test_tables_in_other_languages(export: Export, header: str, row: str) -> None:
    shop = export("lista.csv", f"{header}\n{row}\n")
    (cup,) = shop.documents.values()
    assert (cup.id, cup.title, len(cup.facts)) == ("product:R1", "Taza", 3)
    assert [(fact.slug, fact.number) for fact in cup.facts[:2]] == [("price", 5.5), ("stock", 3.0)]


SHOPIFY_JSON = """\
{"products": [{"id": 632910392, "title": "Savanna Shirt", "body_html": "<b>Light</b> shirt", "vendor": "Oak",
  "product_type": "Shirt", "handle": "savanna", "tags": ["summer", "sale"], "created_at": "2026-01-02T10:00:00Z",
  "options": [{"name": "Size", "position": 1, "values": ["M", "L"]}],
  "variants": [
    {"id": 1, "title": "M", "sku": "S-M", "price": "19.90", "option1": "M", "available": true, "grams": 180},
    {"id": 2, "title": "L", "sku": "S-L", "price": "21.90", "option1": "L", "available": false, "grams": 180}],
  "images": [{"id": 5, "src": "https://cdn.example/a.jpg"}]}]}
"""


def test_variants_inside_a_row_are_choices_of_one_product(export: Export) -> None:
    shop = export("shop.json", SHOPIFY_JSON)
    assert shop.rejected == []
    (shirt,) = shop.documents.values()
    assert (shirt.title, shirt.brand, shirt.text) == ("Savanna Shirt", "Oak", "Light shirt")
    facts = shop.facts(shirt.id)
    assert (facts["price"], facts["Size"]) == ("$19.90 to $21.90", "M, L")
    assert (facts["price in L"], facts["stock in L"], facts["weight"]) == ("$21.90", "out of stock", "180 grams")


def test_every_column_is_taken_or_named_as_unused(export: Export) -> None:
    for name, text in (
        ("a.csv", MUGS), ("b.csv", SHOPIFY), ("c.csv", WOO), ("d.csv", MAGENTO), ("e.txt", GOOGLE_TSV),
        ("f.csv", AMAZON), ("g.csv", GERMAN),
    ):  # fmt: skip
        mark = "\t" if name == "e.txt" else ";" if name == "g.csv" else ","
        header = {column.strip('"') for column in text.partition("\n")[0].split(mark)}
        assert header - set(export(name, text).columns()) == set(), name


def test_a_bad_row_costs_only_itself(export: Export) -> None:
    shop = export("mugs.csv", MUGS + 'MUG-3,"Broken\nMUG-4,Good,Fine,7,red,1 kg,clay,1\n')
    assert len(shop.documents) + len(shop.rejected) >= 3
    more = "MUG-3,,,1,,,,\nMUG-4,New,,1,,,,\nMUG-5,Old,,1,,,,\nMUG-5,Twice,,1,,,,\n"
    nameless, twice = export("other.csv", MUGS + more).rejected
    assert (nameless.place.rpartition(":")[2], nameless.reason) == ("4", "name is missing")
    assert (twice.place.rpartition(":")[2], twice.reason) == ("7", "id used twice")


def test_rows_that_share_an_id_are_one_product(export: Export) -> None:
    shop = export("mugs.csv", "product_id,name,size,price\n7,Mug,S,5\n7,Mug,L,7\n8,Cup,S,4\n8,Cup,L,6\n")
    assert list(shop.documents) == ["product:7", "product:8"]
    assert shop.facts("product:7") == {
        "price": "$5 to $7", "size": "S, L", "price in S": "$5", "price in L": "$7",
    }  # fmt: skip


def test_a_value_that_does_not_fit_its_field_is_kept_beside_it(export: Export) -> None:
    shop = export("mugs.csv", MUGS.replace("6.50", "on request").replace(",0\n", ",some\n"))
    facts = shop.facts("product:MUG-2")
    assert (facts["price as listed"], facts["stock as listed"]) == ("on request", "some")


def test_two_products_of_one_name_both_come_in(export: Export) -> None:
    shop = export("mugs.csv", "name,price,colour\nMug,5,red\nMug,6,blue\n")
    assert list(shop.documents) == ["product:mug", "product:mug-3"]


REVIEWS = """\
reviewerID,asin,reviewerName,helpful,reviewText,overall,summary,unixReviewTime
A1,MUG-1,Jo,"[0, 0]",Holds a lot of tea.,5,good,1393545600
A2,MUG-2,Al,"[0, 1]",Chipped on day one.,1.0,bad,1393545601
"""


def test_reviews_and_questions_are_told_by_their_columns(tmp_path: Path) -> None:
    (tmp_path / "mugs.csv").write_text(MUGS, encoding="utf-8")
    (tmp_path / "said.csv").write_text(REVIEWS, encoding="utf-8")
    (tmp_path / "help.csv").write_text(
        "SKU;Frage;Antwort;Thema\nMUG-1;Spülmaschinenfest?;Ja.;Pflege\n;Versand?;Zwei Tage.;Versand\n", encoding="utf-8"
    )
    sources = sources_in([tmp_path])
    assert [source.kind for source in sources] == ["product", "faq", "review"]
    rejected: list[Rejected] = []
    about = [(one.kind, one.about, one.rating) for one in read_sources(sources, rejected.append)]
    assert rejected == []
    assert about[2:] == [
        ("faq", "product:MUG-1", 0), ("faq", "", 0), ("review", "product:MUG-1", 5), ("review", "product:MUG-2", 1),
    ]  # fmt: skip


def test_reviews_of_nothing_say_what_is_missing(export: Export) -> None:
    (lost,) = export("said.tsv", "rating\tcomment\n5\tGood.\n").rejected
    assert lost.reason == "product_id is missing"


def test_our_own_columns_are_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("id,name,price,specs.weight\na,Kettle,5,2 kg\n", encoding="utf-8")
    assert sources_in([path]) == [Source(path, "table", "product")]


# https://support.google.com/merchants/answer/160589
GOOGLE_XML = """\
<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
<item><g:id>A1</g:id><g:title>Shirt M</g:title><g:item_group_id>S</g:item_group_id><g:size>M</g:size>
<g:price>19.90 EUR</g:price><g:availability>in_stock</g:availability><g:link>https://s.example/a</g:link>
<g:product_detail><g:attribute_name>Fabric</g:attribute_name><g:attribute_value>Linen</g:attribute_value></g:product_detail>
</item>
<item><g:id>A2</g:id><g:title>Shirt L</g:title><g:item_group_id>S</g:item_group_id><g:size>L</g:size>
<g:price>21.90 EUR</g:price><g:availability>out_of_stock</g:availability><g:link>https://s.example/b</g:link></item>
</channel></rss>
"""


def test_google_merchant_in_xml(export: Export) -> None:
    shop = export("feed.xml", GOOGLE_XML)
    assert (shop.rejected, list(shop.documents)) == ([], ["product:S"])
    facts = shop.facts("product:S")
    assert (facts["price"], facts["size"], facts["stock in L"]) == ("€19.90 to €21.90", "M, L", "out of stock")


# https://schema.org/Product
SCHEMA_ORG = """\
{"@context": "https://schema.org", "@type": "ItemList", "itemListElement": [
  {"@type": "ListItem", "position": 1, "item": {"@type": "Product", "sku": "M1", "name": "Zebra Mug",
    "brand": {"@type": "Brand", "name": "Oak"}, "offers": {"@type": "Offer", "price": "5.00", "priceCurrency": "EUR"},
    "review": {"@type": "Review", "reviewRating": {"ratingValue": 4}, "reviewBody": "Nice."}}},
  {"@type": "ListItem", "position": 2, "item": {"@type": "Product", "name": "Cup", "color": "red"}}]}
"""


def test_a_list_of_schema_org(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text(SCHEMA_ORG, encoding="utf-8")
    rejected: list[Rejected] = []
    documents = list(read_sources(sources_in([path]), rejected.append))
    assert rejected == []
    assert [(one.id, one.brand) for one in documents] == [
        ("product:M1", "Oak"),
        ("review:M1-1", ""),
        ("product:cup", ""),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '{"data": {"a": {"edges": [{"node": {"sku": "A", "title": "Mug"}}, {"node": {"sku": "B", "title": "Cup"}}]}}}',
        '{"A": {"title": "Mug"}, "B": {"title": "Cup"}}',
        '{"sku": "A", "title": "Mug"}\n{"sku": "B", "title": "Cup"}\n',
    ],
)
def test_json_nested_in_any_way(export: Export, text: str) -> None:
    shop = export("export.json", text)
    assert [(one.id, one.title) for one in shop.documents.values()] == [("product:A", "Mug"), ("product:B", "Cup")]


def test_pages_that_a_sitemap_names_and_an_faq_that_folds_answers_away(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    (tmp_path / "help" / "faq.html").write_text(
        "<h1>Help</h1><details><summary>Can I pay by card</summary>Yes.</details>", encoding="utf-8"
    )
    (tmp_path / "about.html").write_text("<h1>About us</h1><p>A shop.</p>", encoding="utf-8")
    pages = "".join(f"<url><loc>https://s.example/{page}</loc></url>" for page in ("help/faq", "about", "gone"))
    (tmp_path / "sitemap.xml").write_text(f"<urlset>{pages}</urlset>", encoding="utf-8")
    documents = list(read_sources(sources_in([tmp_path / "sitemap.xml"]), lambda _: None))
    assert sorted((one.kind, one.title, one.text) for one in documents) == [
        ("faq", "Can I pay by card", "Yes."), ("policy", "About us", "A shop."),
    ]  # fmt: skip
