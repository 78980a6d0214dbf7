import type { SentEventType } from '#domain/catalogue';
import { ConsentGivenDto, ConsentRefusedDto, ConsentRequestedDto, ConsentWithdrawnDto } from '#src/events/dto/consent.dto';
import { DossierClosedDto, DossierOpenedDto } from '#src/events/dto/dossier.dto';
import { HoldLiftedDto, HoldPlacedDto, RetentionTriggerDto } from '#src/events/dto/retention.dto';
import { ObjectionReceivedDto } from '#src/events/dto/rights.dto';
import { DataSharedDto, SharingDecidedDto } from '#src/events/dto/sharing.dto';

/** The class that checks the data of each event from outside; a test compares the names with the catalogue. */
export const DTO_BY_TYPE: Readonly<Record<SentEventType, new () => object>> = {
  'dossier-opened': DossierOpenedDto,
  'dossier-closed': DossierClosedDto,
  'consent-requested': ConsentRequestedDto,
  'consent-given': ConsentGivenDto,
  'consent-refused': ConsentRefusedDto,
  'consent-withdrawn': ConsentWithdrawnDto,
  'sharing-decided': SharingDecidedDto,
  'data-shared': DataSharedDto,
  'objection-received': ObjectionReceivedDto,
  'retention-trigger': RetentionTriggerDto,
  'hold-placed': HoldPlacedDto,
  'hold-lifted': HoldLiftedDto,
};
