<?php
/**
 * A chain whose last part is EventBus's job endpoint.
 */

declare( strict_types = 1 );

namespace WikibaseDispatchChain;

interface EndsAtEndpoint extends Chain {

	public function endpoint(): Endpoint;
}
