import type { SentEventType } from '#domain/catalogue';
import { AccessReviewedDto, DossierAccessedDto } from '#src/events/dto/access.dto';
import { CasusoverlegHeldDto, CasusoverlegOutcomeSharedDto } from '#src/events/dto/casusoverleg.dto';
import {
  ConsentDisputeResolvedDto, ConsentDisputedDto, ConsentGivenDto, ConsentRefusedDto, ConsentRenewedDto,
  ConsentRequestedDto, ConsentWithdrawnDto, PlanEndedDto, PlanStartedDto,
} from '#src/events/dto/consent.dto';
import { EventAnnulledDto, EventCorrectedDto } from '#src/events/dto/correction.dto';
import {
  AuthorityRecordedDto, CapacityAssessedDto, DossierClosedDto, DossierLocatedDto, DossierOpenedDto, DossierReopenedDto,
  DossierTransferredDto, InvestigationClosedDto, SubjectJoinedDto, SubjectLeftDto, SubjectStatusDto,
} from '#src/events/dto/dossier.dto';
import {
  AccessGrantedDto, AccessRevokedDto, CovenantPublishedDto, CoverageDeclaredDto, DataBreachAssessedDto,
  DataBreachRecordedDto, DeviationAcknowledgedDto, DeviationEndedDto, DpiaAdoptedDto, ExchangeRouteEndedDto,
  ExchangeRouteRegisteredDto, FrameworkRatifiedDto, ImportDeclaredDto, ReferralCountedDto,
} from '#src/events/dto/governance.dto';
import { InformingDeferredDto, SubjectInformedDto } from '#src/events/dto/informing.dto';
import {
  DesignationChangedDto, DestroyedAtSourceDto, DestructionConfirmedDto, HoldLiftedDto, HoldPlacedDto, RetentionExtendedDto,
  RetentionRuleChangedDto, RetentionTriggerDto,
} from '#src/events/dto/retention.dto';
import {
  ObjectionReceivedDto, ObjectionResolvedDto, ProcessingLiftedDto, ProcessingRestrictedDto, RecipientsNotifiedDto,
  RightsRequestDecidedDto, RightsRequestExtendedDto, RightsRequestReceivedDto, StatementAddedDto,
} from '#src/events/dto/rights.dto';
import {
  DataSharedDto, DataStoredDto, DisagreementEscalatedDto, DisagreementResolvedDto, DocumentReturnedDto,
  LookupPerformedDto, SharingDecidedDto,
} from '#src/events/dto/sharing.dto';

/** The class that checks the data of each event from outside; a test compares the names with the catalogue. */
export const DTO_BY_TYPE: Readonly<Record<SentEventType, new () => object>> = {
  'dossier-opened': DossierOpenedDto,
  'subject-joined': SubjectJoinedDto,
  'subject-left': SubjectLeftDto,
  'subject-status': SubjectStatusDto,
  'authority-recorded': AuthorityRecordedDto,
  'capacity-assessed': CapacityAssessedDto,
  'dossier-closed': DossierClosedDto,
  'dossier-reopened': DossierReopenedDto,
  'dossier-located': DossierLocatedDto,
  'dossier-transferred': DossierTransferredDto,
  'investigation-closed': InvestigationClosedDto,
  'subject-informed': SubjectInformedDto,
  'informing-deferred': InformingDeferredDto,
  'consent-requested': ConsentRequestedDto,
  'consent-given': ConsentGivenDto,
  'consent-renewed': ConsentRenewedDto,
  'consent-refused': ConsentRefusedDto,
  'consent-withdrawn': ConsentWithdrawnDto,
  'consent-disputed': ConsentDisputedDto,
  'consent-dispute-resolved': ConsentDisputeResolvedDto,
  'plan-started': PlanStartedDto,
  'plan-ended': PlanEndedDto,
  'exchange-route-registered': ExchangeRouteRegisteredDto,
  'exchange-route-ended': ExchangeRouteEndedDto,
  'sharing-decided': SharingDecidedDto,
  'data-shared': DataSharedDto,
  'data-stored': DataStoredDto,
  'lookup-performed': LookupPerformedDto,
  'document-returned': DocumentReturnedDto,
  'objection-received': ObjectionReceivedDto,
  'objection-resolved': ObjectionResolvedDto,
  'disagreement-escalated': DisagreementEscalatedDto,
  'disagreement-resolved': DisagreementResolvedDto,
  'casusoverleg-held': CasusoverlegHeldDto,
  'casusoverleg-outcome-shared': CasusoverlegOutcomeSharedDto,
  'dossier-accessed': DossierAccessedDto,
  'access-reviewed': AccessReviewedDto,
  'access-granted': AccessGrantedDto,
  'access-revoked': AccessRevokedDto,
  'rights-request-received': RightsRequestReceivedDto,
  'rights-request-extended': RightsRequestExtendedDto,
  'rights-request-decided': RightsRequestDecidedDto,
  'processing-restricted': ProcessingRestrictedDto,
  'processing-lifted': ProcessingLiftedDto,
  'recipients-notified': RecipientsNotifiedDto,
  'statement-added': StatementAddedDto,
  'retention-trigger': RetentionTriggerDto,
  'retention-rule-changed': RetentionRuleChangedDto,
  'retention-extended': RetentionExtendedDto,
  'destroyed-at-source': DestroyedAtSourceDto,
  'hold-placed': HoldPlacedDto,
  'hold-lifted': HoldLiftedDto,
  'designation-changed': DesignationChangedDto,
  'destruction-confirmed': DestructionConfirmedDto,
  'event-corrected': EventCorrectedDto,
  'event-annulled': EventAnnulledDto,
  'framework-ratified': FrameworkRatifiedDto,
  'covenant-published': CovenantPublishedDto,
  'deviation-acknowledged': DeviationAcknowledgedDto,
  'deviation-ended': DeviationEndedDto,
  'dpia-adopted': DpiaAdoptedDto,
  'data-breach-recorded': DataBreachRecordedDto,
  'data-breach-assessed': DataBreachAssessedDto,
  'coverage-declared': CoverageDeclaredDto,
  'import-declared': ImportDeclaredDto,
  'referral-counted': ReferralCountedDto,
};
