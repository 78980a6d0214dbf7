export type StoreRefusalCode =
  | 'store-unreachable' | 'store-speaks-tls' | 'store-speaks-no-tls' | 'store-not-trusted' | 'store-denied' | 'store-too-old' | 'store-of-another-ledger' | 'store-has-projections'
  | 'ledger-behind-head' | 'ledger-forked' | 'vault-missing' | 'vault-of-another-ledger';

const SENTENCES: Readonly<Record<StoreRefusalCode, string>> = {
  'store-unreachable': 'De EventStoreDB-server is niet bereikbaar. Controleer het adres in REKENSCHAP_STORE, en of de server aan staat. Er is niets geschreven.',
  'store-speaks-tls': 'De EventStoreDB-server wil een verbinding met TLS, en REKENSCHAP_STORE zegt tls=false. Zet daar tls=true. Er is niets geschreven.',
  'store-speaks-no-tls': 'De EventStoreDB-server spreekt geen TLS, en REKENSCHAP_STORE vraagt dat wel. Zet TLS op de server aan; alleen voor een proef op één machine kan tls=false. Er is niets geschreven.',
  'store-not-trusted': 'Het TLS-bewijs waarmee de EventStoreDB-server zegt wie hij is, wordt niet vertrouwd. Controleer het bestand van tlsCAFile, de naam in REKENSCHAP_STORE en de einddatum van dat bewijs. Er is niets geschreven.',
  'store-denied': 'De EventStoreDB-server weigert de naam of het wachtwoord uit REKENSCHAP_STORE. Er is niets geschreven.',
  'store-too-old': 'De EventStoreDB-server is te oud: versie 23.10 of nieuwer is nodig. Er is niets geschreven.',
  'store-of-another-ledger': 'Op de EventStoreDB-server staat een ander grootboek. Er is niets geschreven.',
  'store-has-projections': 'Op de EventStoreDB-server staan stromen van systeemprojecties ($ce- of $et-): die bewaren namen van wat vernietigd is. Gebruik een lege server, met de projecties uit. Er is niets geschreven.',
  'ledger-behind-head': 'De EventStoreDB-server mist gebeurtenissen die al bevestigd zijn. Er wordt niet geschreven: zo gaat niets verloren. Zet de juiste gegevens van de server terug, of herstel met "rekenschap restore".',
  'ledger-forked': 'De EventStoreDB-server spreekt het grootboek tegen. Er wordt niet geschreven. Controleer met "rekenschap verify".',
  'vault-missing': 'Het bestand vault.db (de kluis) ontbreekt in de gegevensmap. Er wordt niet gestart. Zet de kluis terug.',
  'vault-of-another-ledger': 'De kluis in de gegevensmap hoort bij een ander grootboek. Er wordt niet gestart. Zet de eigen kluis terug.',
};

/** This server cannot be the ledger's store, or not now; the message is a Dutch sentence for operations. */
export class StoreRefused extends Error {
  override readonly name = 'StoreRefused';
  readonly code: StoreRefusalCode;

  constructor(code: StoreRefusalCode) {
    super(SENTENCES[code]);
    this.code = code;
  }
}
