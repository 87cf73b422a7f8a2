"""What columns are usually called, in several languages; compared without case, accents and signs."""

from __future__ import annotations

import re
import unicodedata

NAMES = {
    "order": (
        "order id|order no|order number|order|order name|invoice|invoice no|invoice number|invoice id|"
        "receipt|receipt no|receipt number|transaction id|transaction no|bill no|ticket|bon|bonnummer|"
        "bestellnummer|bestellung|auftragsnummer|auftrag|rechnungsnummer|rechnung|belegnummer|beleg|commande|"
        "numero commande|n commande|facture|numero facture|pedido|numero pedido|numero de pedido|factura|"
        "ordine|numero ordine|fattura|scontrino|bestelling|factuurnummer|fatura|encomenda|sales order|"
        "basket id|checkout id"
    ),
    "date": (
        "date|order date|invoice date|purchase date|transaction date|created at|created|paid at|processed at|"
        "timestamp|datetime|date time|when|sold at|datum|bestelldatum|kaufdatum|rechnungsdatum|belegdatum|"
        "date commande|date facture|date achat|fecha|fecha pedido|fecha compra|data|data ordine|"
        "data acquisto|data pedido|data compra|orderdatum|factuurdatum|day|order day"
    ),
    "time": "time|order time|uhrzeit|zeit|heure|hora|ora|tijd|invoice time",
    "customer": (
        "customer id|customer|customer no|customer number|client id|client|user id|member id|member no|"
        "member number|account id|account no|contact id|cust id|cid|kunde|kundennummer|kundennr|kunden id|"
        "kunden nr|code client|numero client|id client|cliente|id cliente|codigo cliente|numero cliente|"
        "codice cliente|klant|klantnummer|buyer id|guest id|rec id|record id|unique id|shopper id|household id"
    ),
    "email": (
        "email|e mail|email address|e mail address|mail|customer email|billing email|contact email|"
        "e mail adresse|emailadresse|adresse email|courriel|correo|correo electronico|posta elettronica|"
        "e mailadres|buyer email"
    ),
    "phone": (
        "phone|phone number|telephone|tel|mobile|mobile phone|cell|cell phone|mobile number|customer phone|"
        "billing phone|telefon|telefonnummer|handy|handynummer|mobil|numero telephone|portable|telefono|"
        "movil|celular|cellulare|telefoon|telemovel|telefone|sms number"
    ),
    "card": (
        "card|card no|card number|loyalty card|loyalty no|loyalty number|customer card|kundenkarte|"
        "kundenkartennummer|karte|carte|carte fidelite|numero carte|tarjeta|carta fedelta|tessera|"
        "klantenkaart|cartao"
    ),
    "name": (
        "name|full name|customer name|client name|billing name|contact name|kundenname|nom complet|"
        "nom client|nombre completo|nombre cliente|nome completo|nome cliente|naam|volledige naam|buyer name"
    ),
    "first_name": ("first name|firstname|given name|forename|vorname|prenom|nombre|nome|voornaam|billing first name"),
    "last_name": (
        "last name|lastname|surname|family name|nachname|familienname|nom|nom de famille|apellido|apellidos|"
        "cognome|achternaam|sobrenome|apelido|billing last name"
    ),
    "sku": (
        "sku|stock code|product id|product code|product no|product number|product nr|product sku|item code|"
        "item id|item no|item number|article|article no|article number|produktnummer|produkt nr|numero produit|"
        "numero producto|numero prodotto|productnummer|artikelnummer|artikelnr|artikel nr|ean|gtin|barcode|upc|"
        "reference|ref|code article|code produit|referencia|codigo|codigo producto|codice|codice articolo|"
        "codice prodotto|artikelcode|lineitem sku|variant sku|material"
    ),
    "product": (
        "product|product name|item|item name|description|title|article name|artikel|artikelname|bezeichnung|"
        "artikelbezeichnung|produkt|produktname|designation|libelle|produit|nom produit|producto|descripcion|"
        "nombre producto|prodotto|descrizione|nome prodotto|omschrijving|produto|descricao|lineitem name"
    ),
    "category": (
        "category|product category|product type|type|department|group|product group|warengruppe|kategorie|"
        "categorie|famille|rayon|categoria|familia|reparto|productgroep|collection|genre"
    ),
    "quantity": (
        "quantity|qty|units|pieces|pcs|count|number of items|items|menge|anzahl|stueck|stuck|quantite|qte|"
        "nombre d articles|cantidad|unidades|quantita|aantal|quantidade|lineitem quantity|number of cds|"
        "units sold"
    ),
    "price": (
        "price|unit price|item price|price per unit|price each|einzelpreis|stueckpreis|stuckpreis|preis|prix|"
        "prix unitaire|precio|precio unitario|prezzo|prezzo unitario|prijs|stukprijs|preco|preco unitario|"
        "lineitem price"
    ),
    "line_total": (
        "line total|line amount|row total|item total|line value|extended price|gesamtpreis|positionssumme|"
        "zeilensumme|montant ligne|total ligne|importe linea|total linea|totale riga|regeltotaal|sales|"
        "net sales|line revenue"
    ),
    "total": (
        "total|order total|grand total|amount|order amount|order value|total price|total amount|"
        "invoice total|value|dollar value|revenue|spend|paid|sum|summe|gesamt|gesamtbetrag|betrag|umsatz|"
        "rechnungsbetrag|montant|montant total|importe|importe total|monto|importo|totale|bedrag|totaal|"
        "valor|valor total|turnover|ca"
    ),
    "currency": "currency|currency code|waehrung|wahrung|devise|monnaie|moneda|divisa|valuta|moeda",
    "store": (
        "store|shop|store name|shop name|branch|location|outlet|channel|sales channel|source|affiliation|"
        "filiale|laden|standort|geschaeft|magasin|boutique|point de vente|tienda|sucursal|negozio|"
        "punto vendita|winkel|filiaal|loja"
    ),
    "tax": "tax|taxes|vat|order tax|sales tax|mwst|ust|steuer|tva|iva|btw|imposto",
    "shipping": (
        "shipping|shipping cost|shipping amount|delivery fee|postage|versand|versandkosten|frais de port|"
        "livraison|envio|gastos de envio|spedizione|verzendkosten|frete"
    ),
    "discount": "discount|discount amount|rabatt|nachlass|remise|reduction|descuento|sconto|korting|desconto",
    "coupon": (
        "coupon|coupon code|discount code|voucher|voucher code|promo code|gutschein|gutscheincode|code promo|cupon"
    ),
    "original_order": (
        "original order|original invoice|refunded order|return of|refund of|returned order|"
        "ursprungsbestellung|originalrechnung|commande origine|pedido original|ordine originale"
    ),
    "birthday": (
        "birthday|birth date|date of birth|dob|born|geburtstag|geburtsdatum|date de naissance|anniversaire|"
        "fecha de nacimiento|fecha nacimiento|cumpleanos|data di nascita|geboortedatum|data de nascimento"
    ),
    "city": (
        "city|town|billing city|ort|stadt|wohnort|ville|ciudad|citta|comune|plaats|stad|woonplaats|cidade|suburb"
    ),
    "postcode": ("postcode|postal code|zip|zip code|plz|postleitzahl|code postal|codigo postal|cap|cep|billing zip"),
    "street": (
        "street|address|address 1|street address|billing address|strasse|adresse|rue|calle|direccion|via|"
        "indirizzo|straat|adres|rua|endereco"
    ),
    "country": "country|country code|billing country|land|staat|pays|pais|paese",
    "gender": "gender|sex|geschlecht|sexe|sexo|sesso|geslacht",
    "language": "language|locale|lang|sprache|langue|idioma|lingua|taal",
    "company": (
        "company|company name|organisation|organization|firma|unternehmen|entreprise|societe|empresa|azienda|bedrijf"
    ),
    "consent:email": (
        "email consent|accepts marketing|accepts email marketing|email marketing|email opt in|email optin|"
        "newsletter|marketing consent|opt in|optin|subscribed|newsletter consent|consent email|"
        "e mail einwilligung|newsletter einwilligung|inscrit newsletter|boletin|consenso email|nieuwsbrief"
    ),
    "consent:sms": (
        "sms consent|sms marketing|sms opt in|sms optin|accepts sms|accepts sms marketing|consent sms|"
        "text consent|sms einwilligung|consenso sms"
    ),
    "consent:phone": "phone consent|call consent|telephone consent|consent phone|anruf einwilligung",
    "consent:post": "post consent|mail consent|postal consent|direct mail|consent post|brief einwilligung",
}

CONSENT_NAMES = {
    "address": "address|recipient|contact|to|adresse|empfaenger|adres|indirizzo|direccion",
    "channel": "channel|medium|via|kanal|weg|canal|canale|kanaal",
    "purpose": "purpose|topic|list|list name|subject|zweck|thema|liste|finalite|finalidad|scopo|doel|tags",
    "state": (
        "state|status|consent|consent status|consent state|opt in|optin|opted in|subscribed|agreed|permission|answer|"
        "einwilligung|zustimmung|stand|consentement|statut|estado|consentimiento|stato|consenso|toestemming"
    ),
    "wording": (
        "wording|text|consent text|statement|legal text|disclaimer|wortlaut|einwilligungstext|texte|texto|testo|tekst"
    ),
    "date": (
        "date|consent date|consented at|given at|opt in time|optin time|opt in date|optin date|confirm time|"
        "confirmed at|timestamp|created at|datetime|when|at|datum|zeitpunkt|date consentement|fecha|data"
    ),
    "time": "time|uhrzeit|zeit|heure|hora|ora|tijd",
    "origin": (
        "source|origin|given in|given at place|form|page|signup source|sign up source|opt in source|optin source|"
        "quelle|herkunft|formular|origine|fuente|origen|fonte|bron"
    ),
    "evidence": (
        "evidence|proof|ip|ip address|optin ip|opt in ip|confirm ip|nachweis|beleg|preuve|prueba|prova|bewijs|details"
    ),
}

_SIGNS = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "ae", "Ö": "oe", "Ü": "ue", "°": " ", "#": " no "}
)


def folded(header: str) -> str:
    """ "InvoiceNo." and "Invoice_No" are "invoice no"."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", header).translate(_LETTERS))
    plain = "".join(c for c in plain if not unicodedata.combining(c)).lower()
    return _SIGNS.sub(" ", plain).strip()


def _fields(names: dict[str, str]) -> dict[str, str]:
    return {
        folded(name).replace(" ", ""): field for field, said in reversed(names.items()) for name in said.split("|")
    }


_FIELDS = _fields(NAMES)
_OF_CONSENTS = _FIELDS | _fields(CONSENT_NAMES)


def field_of(header: str, *, consents: bool = False) -> str | None:
    """The field that a column of this name usually holds; in a file of `consents` some names mean something else."""
    plain, known = folded(header).replace(" ", ""), _OF_CONSENTS if consents else _FIELDS
    # umlauts are also typed without their dots: "strasse", "wahrung"
    return known.get(plain) or known.get(plain.replace("ae", "a").replace("oe", "o").replace("ue", "u"))
