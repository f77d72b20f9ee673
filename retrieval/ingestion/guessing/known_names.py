"""The usual names of columns, in the languages of Europe: what our own fields are called in other people's tables.

Every name stands as it is written in most tables; case, accents, spaces and signs make no difference. Of several
columns with known names, the one whose name stands first is taken first.
"""

from collections.abc import Mapping

from retrieval.document import FAQ, POLICY, PRODUCT, REVIEW
from retrieval.ingestion.guessing.column_names import squeezed


def _squeezed(names: str) -> frozenset[str]:
    return frozenset(squeezed(name) for name in names.split(","))


_PRODUCT_ID = """
    sku, variant sku, article number, item number, product code, item code, article no, part number, product sku,
    handle, url key, slug, asin, uniq id, unique id, product id, item id, id, item no, ref, reference, code, gtin, ean,
    mpn, upc, barcode, isbn, model number, art no, artikelnummer, art nr, artikel nr, bestellnummer, referencia, codigo,
    référence, réf, code article, codice, codice articolo, riferimento, artikelcode, artikelnr, artnr, varenummer,
    varenr, tuotenumero, tuotekoodi, kod produktu, symbol, kod, kód, cikkszám, cod produs,
    codigo do produto, артикул, κωδικός
"""
_NAMES = {
    PRODUCT: {
        "id": _PRODUCT_ID,
        "name": """
            name, title, product name, product title, item name, item title, article name, display name, label, product,
            item, article, bezeichnung, produktname, artikelname, artikelbezeichnung, produktbezeichnung, titel, nombre,
            título, producto, nom, nom du produit, titre, libellé, désignation, produit, nome, nome prodotto, titolo,
            denominazione, prodotto, naam, productnaam, omschrijving kort, navn, produktnavn, varenavn, namn,
            produktnamn, benämning, nimi, tuotenimi, tuote, nazwa, nazwa produktu, název, názov, név, terméknév, nume,
            denumire, nome do produto, designação, ime, naziv, название, наименование, όνομα, ad, ürün adı
        """,
        "brand": """
            brand, brand name, vendor, manufacturer, maker, make, producer, marke, hersteller, herstellername, marca,
            fabricante, marque, fabricant, produttore, merk, fabrikant, märke, mærke, merke, tillverkare, producent,
            valmistaja, tuotemerkki, marka, výrobce, značka, značka výrobce, gyártó, márka, producător, brand owner,
            бренд, производитель, μάρκα, üretici
        """,
        "category": """
            product category, category, categories, category path, category name, category tree, product category tree,
            product type, google product category, breadcrumb, breadcrumbs, department, product group, type, kind,
            section, kategorie, kategorien, warengruppe, produktgruppe, artikelgruppe, rubrik, categoría, categorías,
            familia, catégorie, catégories, famille, rayon, categoria, categorie, reparto, productgroep, rubriek,
            kategori, varegruppe, tuoteryhmä, kategoria, kategoria produktu, kategória, categorii, категория,
            κατηγορία, collection, group, genre
        """,
        "price": """
            sale price, special price, discounted price, discount price, offer price, current price, final price,
            selling price, price, variant price, unit price, our price, gross price, price incl vat, price incl tax,
            actual price, regular price, list price, retail price, normal price, full price, base price, rrp, msrp,
            net price, preis, verkaufspreis, bruttopreis, vk brutto, angebotspreis, precio, precio oferta, pvp,
            precio venta, prix, prix ttc, prix de vente, prezzo, prezzo di vendita, preço, prijs, verkoopprijs, pris,
            hinta, cena, cena brutto, ár, preț, pret, цена, τιμή, fiyat, amount
        """,
        "currency": """
            currency, currency code, price currency, währung, moneda, divisa, devise, monnaie, valuta, moeda, waluta,
            měna, mena, pénznem, valuutta, валюта
        """,
        "stock": """
            stock quantity, stock, quantity, qty, inventory, inventory quantity, variant inventory qty, inventory qty,
            stock level, stock qty, quantity available, available quantity, on hand, units in stock, pieces,
            pieces in stock, lagerbestand, bestand, menge, lagermenge, existencias, cantidad, inventario, stock actual,
            quantité, quantité en stock, giacenza, quantità, magazzino, estoque, quantidade, voorraad, aantal,
            lagersaldo, lagerantal, antal, lager, beholdning, varasto, varastosaldo, stan magazynowy, ilość, sklad,
            skladem, množství, készlet, stoc, cantitate, остаток, количество, απόθεμα, stok
        """,
        "availability": """
            availability, availability status, stock status, in stock, is in stock, stock availability, available,
            verfügbarkeit, verfügbar, lieferbar, disponibilidad, disponible, disponibilité, disponibilità,
            disponibile, disponibilidade, beschikbaarheid, op voorraad, tillgänglighet, tilgjengelighet,
            tilgængelighed, saatavuus, dostępność, dostupnost, elérhetőség, disponibilitate, наличие,
            lagerstatus, stock, inventory
        """,
        "description": """
            description, body html, body, long description, full description, product description, item description,
            description html, beschreibung, produktbeschreibung, artikelbeschreibung, langbeschreibung, descripción,
            descripción larga, description longue, descriptif, descrizione, descrizione lunga, descrição,
            omschrijving, beschrijving, productomschrijving, beskrivning, beskrivelse, kuvaus, tuotekuvaus, opis,
            opis produktu, popis, leírás, descriere, описание, περιγραφή, açıklama, about, about this item,
            about product, overview, short description, kurzbeschreibung, descripción corta, description courte,
            descrizione breve, summary, blurb, bullet points, features, notes, remarks
        """,
        "aliases": "aliases, alias, also known as, synonyms, alternate name, alternative names, other names",
        "rating": """
            rating, average rating, rating average, avg rating, customer rating, overall rating, product rating,
            review rating, rating value, durchschnittsbewertung, bewertung, valoración, valoración media, note moyenne,
            valutazione, avaliação, beoordeling, betyg, arvosana, ocena, hodnocení
        """,
        "rating_count": """
            rating count, ratings count, number of ratings, ratings total, review count, reviews count,
            number of reviews, num reviews, no of reviews, no of ratings, total reviews, anzahl bewertungen,
            número de valoraciones, nombre d'avis, numero recensioni
        """,
    },
    FAQ: {
        "id": "id, faq id, question id, nr",
        "product_id": "product id, product sku, sku, asin, product handle, product, item id, artikelnummer",
        "question": """
            question, q, faq question, questions, question text, frage, fragen, pregunta, domanda, pergunta, vraag,
            fråga, spørgsmål, spørsmål, kysymys, pytanie, otázka, kérdés, întrebare, вопрос, ερώτηση, soru
        """,
        "answer": """
            answer, a, faq answer, answers, answer text, response, reply, antwort, antworten, respuesta, réponse,
            risposta, resposta, antwoord, svar, vastaus, odpowiedź, odpověď, válasz, răspuns, ответ, απάντηση, cevap
        """,
        "alternatives": "alternatives, alternative questions, other wordings, variations, paraphrases",
    },
    REVIEW: {
        "id": "review id, reviewid, id",
        "product_id": f"product id, product sku, sku, asin, product handle, parent asin, product, {_PRODUCT_ID}",
        "rating": """
            rating, stars, star rating, overall, score, review rating, review score, bewertung, sterne, valoración,
            estrellas, note, valutazione, voto, avaliação, beoordeling, betyg, ocena, hodnocení
        """,
        "title": "title, review title, summary, headline, heading, titel, titre, título, titolo, subject",
        "text": """
            review text, text, review, review body, body, comment, review content, content, reviews, verified reviews,
            message, opinion, feedback text, bewertungstext, rezension, kommentar, reseña, comentario, commentaire,
            avis, recensione, commento, comentário, recensie, recension, arvostelu, opinia, recenze
        """,
    },
    POLICY: {
        "id": "id, doc id, document id, page id, handle, slug",
        "title": "title, heading, headline, name, subject, titel, titre, título, titolo, topic",
        "text": "text, content, body, abstract, article, passage, body html, inhalt, contenu, contenido, page",
    },
}  # fmt: skip

SHOWN_NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    kind: {field: tuple(" ".join(name.split()) for name in text.split(",")) for field, text in fields.items()}
    for kind, fields in _NAMES.items()
}
"""By kind and field: the names as people write them."""

KNOWN_NAMES: Mapping[str, Mapping[str, Mapping[str, int]]] = {
    kind: {
        field: {squeezed(name): place for place, name in reversed(list(enumerate(names)))}
        for field, names in fields.items()
    }
    for kind, fields in SHOWN_NAMES.items()
}
"""By kind and field: each name, squeezed, with its place in the list."""

GROUP_NAMES = _squeezed(
    """
    handle, item group id, item group, parent, parent sku, parent asin, parent id, parent product id,
    variation group, variant group, variant group id, style id, group id, product group id, elternartikel,
    vaterartikel, hauptartikel
    """
)
"""Columns that say which rows are variants of one product."""

SPREAD_NAMES = _squeezed(
    """
    specs, specifications, specification, product specifications, attributes, additional attributes, properties,
    details, product details, technical details, tech specs, features map, metafields, additional property,
    eigenschaften, merkmale, technische daten, características, caractéristiques, caratteristiche
    """
)
"""Columns that hold many labelled values in one cell."""

INTERNAL_NAMES: Mapping[str, str] = {
    squeezed(name): reason
    for reason, text in {
        "what the shop itself pays or earns is not told to customers": """
            cost, cost price, cost per item, unit cost, purchase price, buying price, wholesale price, margin, markup,
            supplier, supplier price, supplier sku, einkaufspreis, ek, ek netto, lieferant, precio compra, coste,
            prix d'achat, fournisseur, prezzo d'acquisto, fornitore, inkoopprijs, leverancier, inköpspris,
            cena zakupu, dostawca, cost of goods sold, custom cost
        """,
        "for the shop's own software": """
            published, published on online store, published at, created at, updated at, created, modified,
            date created, date modified, status, visibility, visibility in catalog, is featured, is featured?,
            featured, position, sort order, variant position, image position, variant inventory tracker,
            variant inventory policy, variant fulfillment service, variant requires shipping, variant taxable,
            variant tax code, gift card, tax class, tax class name, tax status, seo title, seo description,
            meta title, meta description, meta keyword, meta keywords, attribute set code, attribute set,
            product websites, store view code, website id, product online, options container,
            display product options in, use config min qty, use config backorders, manage stock, backorders,
            backorders allowed?, sold individually?, allow customer reviews?, purchase note, low stock amount,
            date sale price starts, date sale price ends, download limit, download expiry days, upsells,
            cross-sells, external url, button text, related skus, crosssell skus, upsell skus, image alt text,
            adult, identifier exists, custom label 0, custom label 1, custom label 2, custom label 3, custom label 4,
            excluded destination, included destination, ads redirect, template suffix, admin graphql api id,
            swatch attributes, msrp display actual price type, gift message available, page layout, custom design,
            new from date, new to date, special price from date, special price to date, min cart qty, max cart qty,
            out of stock qty, is qty decimal, allow backorders, notify on stock below, qty increments, shipping class,
            crawl timestamp, thumbnail, image, images, gallery, picture, pictures, image labels, swatch image,
            base image, small image, thumbnail image, bild, bilder, imagen, imágenes, immagine, photo, photos,
            variant image, image link, additional image link, additional images, hide from product page,
            base image label, small image label, thumbnail image label, additional image labels
        """,
    }.items()
    for name in text.split(",")
}
"""Columns that are not knowledge, with the reason why they stay unused."""
