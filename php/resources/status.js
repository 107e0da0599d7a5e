/*
 * Special:DispatchStatus and its pages of clients: renews the page every few seconds, and sorts,
 * filters and turns pages of the table without loading it again. The server does the work, as it does
 * where there is no script; this only asks for the content anew and changes what is different, so that
 * focus, selection, scrolling and typed text stay.
 */
( function () {
	'use strict';

	/** Milliseconds after the last key, before a filter is applied. */
	const PATIENCE = 250;
	/** Milliseconds between two looks; the server looks no more often. */
	const INTERVAL = 5000;
	/** Milliseconds, after looks that failed. */
	const LONGEST = 60000;

	const page = document.querySelector( '.wbd-status' );
	const form = document.getElementById( 'wbd-filter' );
	const pause = document.querySelector( '.wbd-pause' );
	if ( !page || !pause || !window.fetch || !window.DOMParser || !window.URLSearchParams ) {
		return;
	}
	const stale = page.querySelector( '.wbd-stale' );
	let last = null;
	let typing = null;
	let timer = null;
	let failures = 0;

	function keyOf( node ) {
		return node.nodeType === 1 && ( node.id || node.getAttribute( 'data-key' ) ) || null;
	}

	function isAlike( a, b ) {
		return a.nodeType === b.nodeType && a.nodeName === b.nodeName;
	}

	/**
	 * Whether the reader may have changed this attribute, so that it stays as it is.
	 *
	 * @param {Element} element
	 * @param {string} name
	 * @return {boolean}
	 */
	function isReaders( element, name ) {
		return name === 'open' && element.nodeName === 'DETAILS';
	}

	function morphAttributes( old, now ) {
		Array.from( old.attributes ).forEach( ( attribute ) => {
			if ( !now.hasAttribute( attribute.name ) && !isReaders( old, attribute.name ) ) {
				old.removeAttribute( attribute.name );
			}
		} );
		Array.from( now.attributes ).forEach( ( attribute ) => {
			if ( old.getAttribute( attribute.name ) !== attribute.value && !isReaders( old, attribute.name ) ) {
				old.setAttribute( attribute.name, attribute.value );
			}
		} );
	}

	/**
	 * Makes a node like another one, and touches nothing that is alike already.
	 *
	 * @param {Node} old
	 * @param {Node} now
	 */
	function morph( old, now ) {
		if ( old.nodeType !== 1 ) {
			if ( old.data !== now.data ) {
				old.data = now.data;
			}
			return;
		}
		if ( old.hasAttribute( 'data-own' ) ) {
			return;
		}
		morphAttributes( old, now );
		const keyed = {};
		Array.from( old.childNodes ).forEach( ( child ) => {
			if ( keyOf( child ) ) {
				keyed[ keyOf( child ) ] = child;
			}
		} );
		let place = old.firstChild;
		Array.from( now.childNodes ).forEach( ( child ) => {
			const key = keyOf( child );
			const match = key ? keyed[ key ] : place && !keyOf( place ) && place;
			if ( match && isAlike( match, child ) ) {
				delete keyed[ key ];
				if ( match === place ) {
					place = place.nextSibling;
				} else {
					old.insertBefore( match, place );
				}
				morph( match, child );
			} else {
				old.insertBefore( document.importNode( child, true ), place );
			}
		} );
		while ( place ) {
			const next = place.nextSibling;
			old.removeChild( place );
			place = next;
		}
	}

	function topOf( element ) {
		return element.getBoundingClientRect().top;
	}

	/**
	 * The first element that the reader sees, unless it is the beginning of the page.
	 *
	 * @return {Element|boolean|undefined}
	 */
	function firstInSight() {
		return window.pageYOffset > 0 && Array.from( page.querySelectorAll( 'p, h2, dl, li, figure, tr' ) )
			.find( ( element ) => topOf( element ) >= 0 );
	}

	/**
	 * Changes the page, and leaves what the reader sees, has focused and selected.
	 *
	 * @param {Element} now
	 */
	function change( now ) {
		const focused = document.activeElement;
		const selection = window.getSelection();
		const ends = selection.rangeCount && !selection.isCollapsed && page.contains( selection.anchorNode ) &&
			[ selection.anchorNode, selection.anchorOffset, selection.focusNode, selection.focusOffset ];
		const seen = firstInSight();
		const top = seen && topOf( seen );
		morph( page, now );
		if ( seen && page.contains( seen ) ) {
			window.scrollBy( 0, topOf( seen ) - top );
		}
		if ( focused && focused !== document.activeElement && page.contains( focused ) ) {
			focused.focus( { preventScroll: true } );
		}
		if ( ends && page.contains( ends[ 0 ] ) && page.contains( ends[ 2 ] ) ) {
			const within = ( node, offset ) => Math.min(
				offset, node.nodeType === 1 ? node.childNodes.length : node.length
			);
			selection.setBaseAndExtent(
				ends[ 0 ], within( ends[ 0 ], ends[ 1 ] ), ends[ 2 ], within( ends[ 2 ], ends[ 3 ] )
			);
		}
	}

	/** Fills the fields from the address, unless the reader has typed it. */
	function fill() {
		if ( !form ) {
			return;
		}
		Array.from( form.querySelectorAll( 'input[type=search]' ) ).forEach( ( field ) => {
			field.value = field.getAttribute( 'value' ) || '';
		} );
		Array.from( form.querySelectorAll( 'select' ) ).forEach( ( field ) => {
			const chosen = field.querySelector( 'option[selected]' );
			field.value = chosen ? chosen.value : '';
		} );
	}

	function setStale( isStale ) {
		const text = isStale ? stale.getAttribute( 'data-text' ) : '';
		if ( stale.textContent !== text ) {
			stale.textContent = text;
		}
	}

	function isPaused() {
		return pause.getAttribute( 'aria-pressed' ) === 'true';
	}

	/** Looks again after a while, unless nobody wants to see it. */
	function wait() {
		window.clearTimeout( timer );
		if ( !isPaused() && !document.hidden ) {
			timer = window.setTimeout( renew, Math.min( INTERVAL * Math.pow( 2, failures ), LONGEST ) );
		}
	}

	/**
	 * Asks for the content of an address.
	 *
	 * @param {string} url
	 * @param {function(Element)} then
	 * @param {function()} otherwise
	 */
	function ask( url, then, otherwise ) {
		const mine = {};
		last = mine;
		window.clearTimeout( timer );
		const address = new window.URL( url, window.location.href );
		address.searchParams.set( 'live', '1' );
		window.fetch( address.href, { credentials: 'same-origin' } ).then(
			( response ) => response.text()
		).then( ( html ) => {
			// Only the last answer counts while somebody types.
			if ( mine !== last ) {
				return;
			}
			const now = new window.DOMParser().parseFromString( html, 'text/html' ).querySelector( '.wbd-status' );
			if ( !now || !now.querySelector( '.wbd-pause' ) ) {
				throw new Error( 'no status' );
			}
			then( document.importNode( now, true ) );
			failures = 0;
			setStale( false );
			wait();
		} ).catch( () => {
			if ( mine === last ) {
				otherwise();
			}
		} );
	}

	function renew() {
		ask( window.location.href, change, () => {
			failures++;
			setStale( true );
			wait();
		} );
	}

	/**
	 * Shows another view.
	 *
	 * @param {string} url
	 * @param {boolean} [isTyped]
	 */
	function load( url, isTyped ) {
		page.setAttribute( 'aria-busy', 'true' );
		ask( url, ( now ) => {
			change( now );
			if ( !isTyped ) {
				fill();
			}
			window.history.replaceState( null, '', url );
		}, () => {
			window.location.href = url;
		} );
	}

	function filter() {
		window.clearTimeout( typing );
		load( form.getAttribute( 'action' ) + '?' + new window.URLSearchParams( new window.FormData( form ) ), true );
	}

	page.addEventListener( 'click', ( event ) => {
		const link = event.target.closest(
			'.wbd-sort, .wbd-pages a, .wbd-hours a, .wbd-counts a, .wbd-troubles a:not( .wbd-client )'
		);
		if ( link && !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0 ) {
			event.preventDefault();
			window.clearTimeout( typing );
			load( link.href );
			if ( link.closest( '.wbd-counts, .wbd-troubles' ) ) {
				document.getElementById( 'wbd-clients' ).scrollIntoView();
			}
		}
	} );
	// The page of a client has none.
	if ( form ) {
		form.addEventListener( 'submit', ( event ) => {
			event.preventDefault();
			filter();
		} );
		form.addEventListener( 'change', filter );
		form.addEventListener( 'input', () => {
			window.clearTimeout( typing );
			typing = window.setTimeout( filter, PATIENCE );
		} );
	}
	pause.addEventListener( 'click', () => {
		pause.setAttribute( 'aria-pressed', isPaused() ? 'false' : 'true' );
		if ( isPaused() ) {
			// An answer that is under way comes too late.
			last = null;
			wait();
		} else {
			renew();
		}
	} );
	document.addEventListener( 'visibilitychange', () => {
		if ( document.hidden ) {
			wait();
		} else if ( !isPaused() ) {
			renew();
		}
	} );

	// Not all browsers keep what is in sight where it is, and none always.
	document.documentElement.style.overflowAnchor = 'none';
	// The switch takes the place of the link.
	page.classList.add( 'wbd-is-live' );
	pause.hidden = false;
	wait();
}() );
