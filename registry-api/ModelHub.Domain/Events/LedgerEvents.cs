using ModelHub.Domain.Predictions;

namespace ModelHub.Domain.Events;

/// <param name="Policy">Null: nothing is kept from now on.</param>
public sealed record LedgerSet(string Model, string Environment, LedgerPolicy? Policy)
    : Event("endpoint.ledger-set", Subjects.Endpoint(Model, Environment));
