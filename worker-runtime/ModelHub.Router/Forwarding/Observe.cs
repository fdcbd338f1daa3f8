using ModelHub.Router.Exposing;
using ModelHub.Router.Predicting;
using ModelHub.Router.Recording;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Forwarding;

/// <summary>Who looks at a request once its caller has the answer; none of them makes it wait.</summary>
internal sealed class Observe(SamplePredictions predictions, TellExposures exposures, RecordRequests records)
{
    /// <summary>Whatever became of it: an arm that fails was dealt all the same.</summary>
    /// <param name="answeredBy">null without an answer</param>
    public void Dealt(RoutedEndpoint endpoint, Variant? answeredBy, Exchange exchange) => exposures.Offer(endpoint, answeredBy, exchange);

    /// <summary>What its caller got, an error included.</summary>
    public void Ended(RoutedEndpoint endpoint, Variant variant, Exchange exchange, int status) => records.Offer(endpoint, variant, exchange, status);

    public void Answered(RoutedEndpoint endpoint, Variant variant, Exchange exchange) => predictions.Offer(endpoint, variant, exchange);
}
